"""The residual generator of CycleGAN (Zhu et al. 2017, appendix 7.2; Johnson et al. 2016)."""

from collections.abc import Callable

from torch import Tensor, nn

from ganprune.errors import UserError

STEP = 4  # a side is halved twice


class ResNet(nn.Module):
    """Pictures (n, channels, side, side) to such pictures, in [-1, 1]: 9 blocks at 256 pixels, 6 at 128 or less."""

    def __init__(self, side: int, channels: int, width: int, blocks: int, norm: Callable[[int], nn.Module]):
        super().__init__()
        if side % STEP or side < 2 * STEP:
            near = sorted({max(2 * STEP, side // STEP * STEP), max(2 * STEP, (side // STEP + 1) * STEP)})
            raise UserError(
                f"model: side {side}: a ResNet halves it twice, so it is a multiple of {STEP}; set"
                f" {' or '.join(map(str, near))}"
            )
        biased = not norm(1).affine  # else the norm shifts
        self.stem = nn.Sequential(
            nn.ReflectionPad2d(3), nn.Conv2d(channels, width, 7, bias=biased), norm(width), nn.ReLU()
        )
        self.downs = nn.Sequential(*(self._down(width * times, norm, biased) for times in (1, 2)))
        self.blocks = nn.Sequential(*(Block(4 * width, norm, biased) for _ in range(blocks)))
        self.ups = nn.Sequential(*(self._up(width * times, norm, biased) for times in (4, 2)))
        self.to_picture = nn.Sequential(nn.ReflectionPad2d(3), nn.Conv2d(width, channels, 7), nn.Tanh())

    @staticmethod
    def _down(wide: int, norm: Callable[[int], nn.Module], biased: bool) -> nn.Module:
        return nn.Sequential(nn.Conv2d(wide, 2 * wide, 3, 2, 1, bias=biased), norm(2 * wide), nn.ReLU())

    @staticmethod
    def _up(wide: int, norm: Callable[[int], nn.Module], biased: bool) -> nn.Module:
        half = wide // 2
        conv = nn.ConvTranspose2d(wide, half, 3, 2, 1, output_padding=1, bias=biased)
        return nn.Sequential(conv, norm(half), nn.ReLU())

    def forward(self, source: Tensor) -> Tensor:
        return self.to_picture(self.ups(self.blocks(self.downs(self.stem(source)))))


class Block(nn.Module):
    """Nothing follows the sum."""

    def __init__(self, wide: int, norm: Callable[[int], nn.Module], biased: bool):
        super().__init__()
        first, second = (nn.Conv2d(wide, wide, 3, bias=biased) for _ in range(2))
        self.layers = nn.Sequential(
            *(nn.ReflectionPad2d(1), first, norm(wide), nn.ReLU()),
            *(nn.ReflectionPad2d(1), second, norm(wide)),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x)
