"""The tables of figures in the docs, made of `bench/results/`: `python -m bench.table`, or with `gpu.json`."""

import json
import sys

from bench.figure import RESULTS

ABOUT = {
    "training_saved_naive": "training images until the naive study's hypervolume of 40 trials, theirs / ours; replay",
    "training_saved_competent": "the same against the competent study",
    "training_saved_competent_h100": "the same on CIFAR-10 as an H100 trained it, each of 8 trainings left out once",
    "time_saved_naive_real": "wall clock to the naive study's final hypervolume, theirs / ours; CIFAR-10",
    "time_saved_competent_real": "the same against the competent study",
    "train_speed_cpu": "images a second of one training on one core, ours / the DCGAN tutorial's loop",
    "tutorial_speed_gpu": "images a second of the DCGAN tutorial's loop on a GPU, width 64, 2 loading processes",
    "train_speed_gpu": "images a second on a GPU, width 64: 8 trainings at once in TF32 / the tutorial's loop",
    "train_speed_gpu_one": "one training alone",
    "train_speed_gpu_bf16": "8 trainings at once in bf16 (off)",
    "train_speed_gpu_one_bf16": "one training alone in bf16 (off)",
    "point_seconds_gpu": "a scored point in a lane among others: quality and drift, 1,000 pictures",
    "gpu_busy": "share of a study of 5 minutes in which the GPU trains or scores",
    "images_5min": "training images of a study of 5 minutes, CIFAR-10 in TF32",
    "start_gpu": "from the start to the first training step, 16 cores",
    "bf16_quality_20": "fcd in bf16 / in TF32 after 20 epochs of CIFAR-10: mean of pairs and its 95 % interval",
    "bf16_quality_40": "after 40 epochs",
    "pruned_without_recovery": "fcd of a well-trained network that lost 87.5 % of its weights / the dense one's",
    "distil_recovers": "the same after 2,000 steps of distillation",
    "train_quality": "fcd after the same training, ours / the tutorial's: five seeds of digits, raw weights",
    "train_choice_one_tensor": "one choice alone, images a second with it / without: the data set as one tensor",
    "train_choice_channels_last": "channels-last memory",
    "train_choice_fused_adam": "Adam in one kernel (on a CPU no gain; kept for GPUs)",
    "train_choice_one_thread": "one thread a training instead of two, two trainings at once",
    "train_choice_bfloat16": "bfloat16 (off)",
    "train_choice_compile": "torch.compile, after it has compiled (off)",
    "structured_latency": "onnxruntime on exported files, one core, width 64: dense / a quarter of the weights",
    "structured_latency_64": "the same, 64 pictures at a time",
    "structured_latency_unet": "U-Net of Pix2Pix, width 32, 16 pictures at a time: dense / a quarter of the MACs",
    "curve_recovery_cost": "seconds of recovering a curve along itself / one point, the same steps",
    "overhead_per_trial": "Ray, Optuna, MLflow and our own code: a trial that trains nothing (slope from 20 to 120)",
    "overhead_per_trial_stock_tune": "the same with a stock Tune function trainable (slope from 2 to 6)",
    "ask_latency": "Optuna's answer in a study of 10,000 trials",
    "cost_at_10000": "driver's seconds a trial in a study of 10,000 trials / of 100",
    "report_200000": "`make report` of 200,000 points",
    "report_200000_memory": "its memory",
    "drift_times_sewar": "drift of 250 pairs, three metrics, one core: times faster than sewar in a loop",
    "drift_largest_difference": "largest difference from sewar where the definitions are the same",
    "digits_front_points": "`make study`: eligible points on the front",
    "digits_seconds": "`make study`: wall clock",
    "digits_memory": "`make study`: memory of all processes (PSS)",
}
MARKS = "†‡§"  # of other runs, one after the other


def markdown(document: dict) -> str:
    """A row a figure, in the order of ABOUT; then hardware and versions of each run."""
    found = {figure["name"]: figure for figure in document["figures"]}
    lines = ["| figure | measured | n | spread | reach |", "|---|---|---|---|---|"]
    runs = document.get("runs", {})
    marks = dict(zip(runs, MARKS, strict=False))
    lines += [_row(about, found[name], marks) for name, about in ABOUT.items() if name in found]
    machines = [_machine(document), *(f"{marks[name]} {_machine(run)}" for name, run in runs.items())]
    return "\n".join([*lines, "", "  \n".join(machines)])


def _machine(run: dict) -> str:
    hardware, versions = run["hardware"], ", ".join(f"{name} {v}" for name, v in run["versions"].items())
    gpus = ", ".join(hardware["gpus"]) or "no GPU"
    return f"On {hardware['cores']} cores ({hardware['cpu']}), {gpus}; {versions}."


def _row(about: str, figure: dict, marks: dict[str, str]) -> str:
    spread = " to ".join(_value(end, figure["unit"]) for end in figure["spread"])
    reach = "" if figure["reach"] is None else _value(figure["reach"], figure["unit"])
    missed = " **missed**" if figure["reached"] is False else ""
    mark = f" {marks[figure['run']]}" if "run" in figure else ""
    return f"| {about}{mark} | {_value(figure['value'], figure['unit'])}{missed} | {figure['n']} | {spread} | {reach} |"


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return "not measured"
    if unit == "bytes":
        value, unit = value / 1e9, "GB"
    return f"{value:.3g} {unit}".strip()


if __name__ == "__main__":
    print(markdown(json.loads(RESULTS.with_name(sys.argv[1] if sys.argv[1:] else RESULTS.name).read_text())))
