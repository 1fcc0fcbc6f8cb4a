"""Origin of the runs in words: what they are of, how they were made, where to find others."""

from toylab.data import recorded
from toylab.experiments import charlm_study, regression_study
from toylab.experiments.charlm_study import RECORDED_STUDIES
from toylab.experiments.regression_study import RegressionStudy
from toylab.fits.runs import Runs
from toylab.quantities import format_scientific
from ui.concepts.parametric.view import Answer, Controls

WELCOME = (
    "Choose a file of finished runs: one line a run, a header, and columns for the loss and "
    "two of parameters, tokens and FLOPs. Most spellings are understood, and you can correct "
    "which column is which. The file is read in the server's memory, kept for this session and "
    "never written to disk."
)
PLACES = (
    "Public sets of runs to download, and to choose under Runs, yours. None is shipped here.\n\n"
    "- [analyzing-chinchilla](https://github.com/epoch-research/analyzing-chinchilla), CSV, no "
    "licence: 245 of the runs in Figure 4 of Hoffmann et al., read off the figure by Besiroglu et "
    "al. The columns are found. Leave the five highest losses out, as they did: `toylab fit "
    "svg_extracted_data.csv --drop-highest 5` gives a = 0.514, 95 %: 0.482 to 0.555.\n"
    "- [gemstone-scaling-laws](https://github.com/mcleish7/gemstone-scaling-laws), MIT: the same "
    "file as CSV in `data`. Its own study of widths and depths is Parquet, which is not read: save "
    "it as CSV. Its JSON is read, but has sizes and losses only, and no tokens.\n"
    "- [scaling-law-analysis](https://github.com/Open-Athena/scaling-law-analysis), CSV, no "
    "licence seen: isoFLOP studies of several papers in `data/isoflops/isoflops.csv`. Choose the "
    "rows of one `experiment`, or add `--by experiment` to the command; `--flops budget` for "
    "valleys.\n"
    "- [scaling](https://github.com/mlfoundations/scaling), JSON, no licence seen: the runs of "
    "Gadre et al., a file each, with its numbers too deep within to be read. Make a table of "
    "`params`, `tokens`, `dataset_name` and one loss, and choose the rows of one `dataset_name`.\n"
    "- [resolving-scaling-law-discrepancies]"
    "(https://github.com/formll/resolving-scaling-law-discrepancies), no licence seen: the runs of "
    "Porian et al. as pickles. Open them with pandas and save them as CSV."
)


def settings(controls: Controls) -> str:
    """The runs that the figures are of."""
    if controls.data == "simulated":
        noise = f"with noise of {controls.noise} %" if controls.study.noise else "without noise"
        return f"{controls.formula}, {noise}"
    if controls.data == "recorded":
        return RegressionStudy().describe()
    if controls.data == "language":
        return f"{RECORDED_STUDIES['python'].describe()}; and sizes far off"
    return "Your runs, fitted just now"


def made(controls: Controls) -> str:
    """The origin of the runs, and the kind of fit."""
    fitted = (
        f"The fit is Huber's, of ln L, from {len(controls.options.starts):,} starts; intervals "
        "are 95 % bootstraps over runs."
    )
    if controls.own:
        return fitted
    origin = {"simulated": lambda: simulation(controls), "recorded": learnt, "language": trained}
    return f"{origin[controls.data]()} {fitted}"


def simulation(controls: Controls) -> str:
    """The making of simulated runs."""
    study = controls.study
    return (
        f"Runs at {study.budgets} budgets from {format_scientific(study.lowest)} to "
        f"{format_scientific(study.highest)} FLOPs; each loss is the law's times exp(sd g), g a "
        "standard normal draw. Spoiled runs are those of highest loss; they ended a ninth to a "
        "third higher still."
    )


def learnt() -> str:
    """The making of the recorded runs, and theory's exponents for them."""
    theory = RegressionStudy().theory
    return (
        "A student of size N learns the weights of the N strongest of endlessly many features. "
        f"Theory: alpha = {theory['alpha']:.3g}, beta = {theory['beta']:.3g}, so a = "
        f"{theory['a']:.3g}, and no floor. Runs of one seed share their samples, of which the "
        f"bootstrap knows nothing. Made by {recorded.read(regression_study.RECORDED).made}."
    )


def trained() -> str:
    """The making of the recorded language models."""
    return (
        "Loss in nats per character. With the study go runs of one seed far off its valleys. "
        f"Made by {recorded.read(charlm_study.RECORDED).made}."
    )


def example(points: Runs) -> str:
    """Runs as a file that the reader can fill with their own."""
    return points.frame[["params", "tokens", "loss"]].to_csv(index=False, float_format="%.6g")


def command(answer: Answer) -> str:
    """The command that fits the same runs in a terminal."""
    controls = answer.controls
    more = {"tied": " --tied", "floor": f" --floor {controls.floor}"}.get(controls.fitted, "")
    dropped = f" --drop-highest {controls.drop}" if controls.drop else ""
    return f"python -m toylab fit runs.csv{dropped}{more} --at {controls.at}"
