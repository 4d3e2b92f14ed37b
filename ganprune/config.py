"""The settings of a trial, checked once where they enter and trusted afterwards."""

from typing import Annotated, Any, Literal

from pydantic import Field, PositiveFloat, PositiveInt, ValidationInfo, field_validator

from ganprune.settings import Settings

TARGET_SPARSITIES = (0.0, 0.5, 0.75, 0.875, 0.9375, 0.97, 0.985)  # shared by all curves, so that they align
RUNG_TARGETS = (0.0, 0.75, 0.9375)  # of these, looked at on a rung


class ModelSettings(Settings):
    """The shape of the pair of networks."""

    name: str = "dcgan"
    width: PositiveInt = 64  # channels of the widest picture-side layer; the DCGAN tutorial's ngf and ndf
    latent: PositiveInt = 100
    side: PositiveInt = 32  # pixels
    channels: PositiveInt = 3
    classes: int = Field(0, ge=0)  # whose labels a conditional model takes
    blocks: int = Field(0, ge=0)  # residual ones in the middle of a generator that translates; none: it is a U-Net


class TrainSettings(Settings):
    """How the pair is trained. Defaults are paper 1's for CIFAR-10, and where it is silent the DCGAN tutorial's."""

    lr_g: PositiveFloat = 3e-4
    lr_d: PositiveFloat = 2e-4
    epochs: PositiveInt = 30
    batch: PositiveInt = 128
    loss: str = "non-saturating"
    d_steps: PositiveInt = 1  # of the discriminator for each of the generator
    epoch_images: PositiveInt | None = None  # pictures an epoch shows, whatever their number; None: each once
    beta1: float = Field(0.5, ge=0, lt=1)
    beta2: float = Field(0.999, ge=0, lt=1)
    precision: Literal["float32", "bf16"] = "float32"  # of what the networks compute; float32 is TF32 on a GPU
    augment: Literal["none", "diffaugment"] = "none"  # what the discriminator sees, real and drawn alike
    data_share: float = Field(1.0, gt=0, le=1)  # of the training pictures
    seed: int = 0

    def trained_on(self, pictures: int) -> int:
        """How many of so many training pictures: the first ones, which hold each class in its share."""
        return max(1, round(self.data_share * pictures))

    def epoch_steps(self, pictures: int) -> int:
        """Steps of an epoch over so many training pictures; where they do not fill a batch, some are in it twice."""
        return max(1, (self.epoch_images or self.trained_on(pictures)) // self.batch)

    @field_validator("epoch_images")
    @classmethod
    def fills_a_batch(cls, epoch_images: int | None, fields: ValidationInfo) -> int | None:
        if epoch_images is not None and epoch_images < fields.data.get("batch", 1):
            raise ValueError(f"an epoch of {epoch_images} pictures does not fill a batch of {fields.data['batch']}")
        return epoch_images


class PruneSettings(Settings):
    """How the trained generator is pruned, and what is done to it before it is scored."""

    method: str = "percentage"
    own: dict[str, Any] = Field({"threshold": 50.0})  # what this method alone knows; checked by its Settings
    recalibrate: bool = True  # batch-norm statistics, without gradients
    spare_output: bool = True  # the output layer is left whole, and counted
    discriminator: bool = False  # prune it by the same rule; it matters to recovery only
    recovery: str = "none"
    recovery_steps: int = Field(0, ge=0)  # with the mask held
    recovery_rate: PositiveFloat = 0.3  # times the learning rates of training
    recovery_decay: bool = False  # these rates fall to nothing over the steps, linearly
    recovery_along: bool = False  # each point begins where the one before ended; the steps are those of all of them
    targets: tuple[Annotated[float, Field(ge=0, lt=1)], ...] = TARGET_SPARSITIES
    targets_of: Literal["weights", "macs"] = "weights"  # what targets are shares of

    @property
    def recovers(self) -> bool:
        return self.recovery != "none" and self.recovery_steps > 0


class TrialSettings(Settings):
    """One setting: how a GAN is trained, which pruning method, which threshold."""

    model: ModelSettings = ModelSettings()
    train: TrainSettings = TrainSettings()
    prune: PruneSettings = PruneSettings()

    def with_train(self, **changes) -> "TrialSettings":
        """The same trial, trained otherwise."""
        return self.model_copy(update={"train": self.train.model_copy(update=changes)})

    def with_prune(self, **changes) -> "TrialSettings":
        """The same trial, pruned otherwise."""
        return self.model_copy(update={"prune": self.prune.model_copy(update=changes)})

    def with_own(self, **changes) -> "TrialSettings":
        """The same trial, its method set otherwise."""
        return self.with_prune(own=self.prune.own | changes)
