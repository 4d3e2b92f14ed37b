"""What has to be known before any figure of `make paper` is quoted."""

from study.settings.machine import versions

OF_THE_PAPER = (
    "The paper does not say which of its data sets its tables are of, so they stand beside either.",
    "Its columns SSIM and MS-SSIM are probably swapped: of sewar's functions only MS-SSIM gave complex numbers, and"
    " only SSIM a pair of them.",
    "Its mode is the smallest value, which is what any tool gives for 250 different numbers. It says nothing.",
)
NO_FIGURES = "The paper has no figures for this data set; its recipe for CIFAR-10 was run."
ALWAYS = (
    "Drift is not quality. A pair is a pruned and an unpruned generator's picture of one latent; a generator that"
    " always draws the same picture would not drift at all.",
    "As it should be measured: pictures rounded to bytes, data range 255; the textbook's UQI with windows of 8, SSIM"
    " with a Gaussian window of 11, MS-SSIM with windows of 7, as many scales as fit, weights that sum to 1.",
    "Recalibrated: batch-norm statistics measured again after pruning, without gradients. The dense generator stays as"
    " it was, so that the control `dense, recalibrated` is what recalibration moves by itself.",
    "As in the paper: the generator alone is pruned, output layer included, raw weights, one seed, no fine-tuning."
    " Pictures read from JPEG files are slightly lossy; the paper had the originals.",
)


def notes(
    published: bool, unrelated: dict[str, float], uqi_around_zero: dict[str, float], reached: dict[str, float]
) -> list[str]:
    """One a line: `unrelated` is what sewar gives for unrelated pictures, by metric; the others go by method."""
    of_the_paper = (*OF_THE_PAPER, _fraction(reached)) if published else (NO_FIGURES,)
    return [*of_the_paper, _sewar(unrelated, uqi_around_zero), _version(), *ALWAYS]


def _fraction(reached: dict[str, float]) -> str:
    shares = ", ".join(f"{method} {share:.1%}" for method, share in reached.items())
    return (
        'Its "0.54 percent" is a fraction: 0.75 standard deviations take 54.7 % of a normal distribution. What the two'
        f" methods really took here: {shares}. So sensitivity pruning was not the lighter one."
    )


def _sewar(unrelated: dict[str, float], uqi_around_zero: dict[str, float]) -> str:
    shifted = ", ".join(f"{method} {value:.3f}" for method, value in uqi_around_zero.items())
    return (
        "As sewar gives it: float pictures in [0, 1] and MAX=255, which explains every 1.0 of the paper (its script is"
        " not public). SSIM's constants then swamp the signal: unrelated pictures score"
        f" {unrelated['ssim']:.3f}, and {unrelated['ms_ssim']:.3f} by MS-SSIM. sewar's UQI is not the index of that"
        f" name, since its covariance is not centred: unrelated pictures score {unrelated['uqi']:.3f}. It also depends"
        f" on where zero is: with pictures left in [-1, 1] its mean is {shifted}."
    )


def _version() -> str:
    return (
        f"sewar {versions()['sewar']} ran; at the time of the paper there was 0.4.6. Their UQI and SSIM are the same."
        " MS-SSIM took five scales then, though the window was larger than the picture, and gave complex numbers; now"
        " it takes as many scales as fit, with weights that no longer sum to 1, and gives the real part."
    )
