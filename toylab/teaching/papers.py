"""Which papers and reports does the app use, and for what?

Those of `laws` with the laws that each printed; those that the code follows; and the reports
of the models in `data/models.csv`, with what was taken from each.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from toylab.laws import published, trained_models
from toylab.laws.forms import Form
from toylab.laws.published import Law, Paper
from toylab.teaching.glossary import has, places

REAL = "allocation"  # the page with the table of real models


@dataclass(frozen=True)
class Report(Paper):
    """What stands elsewhere than on arXiv."""

    link: str = ""

    @property
    def url(self) -> str:
        """Its own page."""
        return self.link


@dataclass(frozen=True)
class Used:
    """A paper, and what the app has of it."""

    paper: Paper
    use: str  # Markdown, a sentence or two
    laws: tuple[Law[Form], ...]  # of the registry
    pages: tuple[str, ...]  # stems, in the menu's order

    @property
    def line(self) -> str:
        """The paper with its use and its laws, in a line of Markdown."""
        title = f"*{self.paper.title}*"
        printed = "; ".join(f"{law.title} ({law.where})" for law in self.laws)
        told = f" **Laws here:** {printed}." if printed else ""
        return f"**{self.paper.cited}** {title}: {self.use}{told}"


STUDIES: dict[Paper, tuple[str, str]] = {  # what is used, and where
    Report(
        "Bengio 2003", "", "A Neural Probabilistic Language Model",
        "https://www.jmlr.org/papers/v3/bengio03a.html",
    ): (
        "The form of the small language models that you train: a few characters in, through "
        "embeddings and one layer, the next one out.",
        "charlm batch_lr critical_batch",
    ),
    Paper("Kingma & Ba 2015", "1412.6980", "Adam: A Method for Stochastic Optimization"): (
        "The optimiser Adam, as algorithm 1 has it.", "sine charlm batch_lr",
    ),
    published.MCCANDLISH: (
        "Why steps and examples to one loss lie on a hyperbola, what a critical batch is, and "
        "how a noise scale is measured from batches of two sizes.",
        "critical_batch",
    ),
    published.KAPLAN: (
        "The straight lines without a floor, the joint law, early stopping, the critical "
        "batch, and the steep growth of the best size that Hoffmann did not find.",
        "kaplan allocation disagreement batch_lr critical_batch",
    ),
    published.HOFFMANN: (
        "Chinchilla's paper. Three approaches to the best size, the loss surface with a floor, "
        "and the tables behind the rule of 20 tokens per parameter.",
        "charlm kaplan allocation disagreement isoflop parametric",
    ),
    published.BESIROGLU: (
        "Hoffmann's third approach fitted again: other constants, wider intervals, and an "
        "exponent that agrees with the other two approaches. It is the surface that this "
        "app starts from.",
        "kaplan allocation disagreement isoflop parametric batch_lr",
    ),
    published.PORIAN: (
        "From Kaplan's exponent to Chinchilla's, one mended difference at a time.",
        "disagreement",
    ),
    published.PEARCE: (
        "How a count without embeddings bends the exponent of small models.", "disagreement",
    ),
    published.DEEPSEEK: (
        "Best batch and learning rate by compute, the split of a budget by FLOPs per token, "
        "and what the two models were trained with.",
        "allocation batch_lr",
    ),
    published.MINICPM: (
        "A best batch by the loss reached; and the model itself among the real ones.",
        "allocation batch_lr critical_batch",
    ),
    published.LLAMA: (
        "The best data by compute as the report prints it, though its constants and its own "
        "example disagree; and its models among the real ones.",
        "allocation",
    ),
    published.BJORCK: (
        "One number, as Step Law quotes it: here the best learning rate falls with more data.",
        "batch_lr",
    ),
    published.ZHANG: (
        "How the critical batch goes by data, and hardly by size; and another meaning of "
        "critical, 20 % over perfect scaling.",
        "critical_batch",
    ),
    published.STEP: ("Best batch and learning rate by size and data.", "batch_lr"),
    published.MERRILL: (
        "A check of the critical batch on real runs: a rise from near nothing, then a plateau.",
        "critical_batch",
    ),
}  # fmt: skip
REPORTS: dict[Paper, str] = {  # of real models: what to know of the numbers
    Paper("GPT-3 2020", "2005.14165", "Language Models are Few-Shot Learners"): (
        "FLOPs as reported."
    ),
    Paper(
        "Gopher 2021", "2112.11446",
        "Scaling Language Models: Methods, Analysis & Insights from Training Gopher",
    ): "Its budget of 5.76e23 FLOPs is the one that Chinchilla spent anew.",
    Paper(
        "MT-NLG 2022", "2201.11990",
        "Using DeepSpeed and Megatron to Train Megatron-Turing NLG 530B, A Large-Scale "
        "Generative Language Model",
    ): "Size and tokens as Hoffmann lists them.",
    Paper("PaLM 2022", "2204.02311", "PaLM: Scaling Language Modeling with Pathways"): (
        "FLOPs as reported."
    ),
    Paper(
        "GPT-NeoX 2022", "2204.06745",
        "GPT-NeoX-20B: An Open-Source Autoregressive Language Model",
    ): "Size and tokens are not checked against the report.",
    Paper("OPT 2022", "2205.01068", "OPT: Open Pre-trained Transformer Language Models"): (
        "Tokens seen, over a smaller set of text."
    ),
    Paper(
        "BLOOM 2022", "2211.05100",
        "BLOOM: A 176B-Parameter Open-Access Multilingual Language Model",
    ): "Size and tokens; FLOPs are 6 N D.",
    Paper("LLaMA 2023", "2302.13971", "LLaMA: Open and Efficient Foundation Language Models"): (
        "Small models on much text, which are cheap to use."
    ),
    Paper(
        "Pythia 2023", "2304.01373",
        "Pythia: A Suite for Analyzing Large Language Models Across Training and Scaling",
    ): "Tokens from the model card.",
    Paper(
        "Cerebras-GPT 2023", "2304.03208",
        "Cerebras-GPT: Open Compute-Optimal Language Models Trained on the Cerebras "
        "Wafer-Scale Cluster",
    ): "A family at 20 tokens per parameter; FLOPs as reported.",
    Paper(
        "Llama 2 2023", "2307.09288", "Llama 2: Open Foundation and Fine-Tuned Chat Models"
    ): "The same 2T tokens for a small and for a large model.",
    Paper("Falcon 2023", "2311.16867", "The Falcon Series of Open Language Models"): (
        "Compute as reported, in PF-days."
    ),
    Report(
        "Phi-2 2023", "", "Phi-2: The surprising power of small language models",
        "https://www.microsoft.com/en-us/research/blog/"
        "phi-2-the-surprising-power-of-small-language-models/",
    ): "Not checked; its data are repeated and in part synthetic.",
    Paper("OLMo 2024", "2402.00838", "OLMo: Accelerating the Science of Language Models"): (
        "Size and tokens; FLOPs are 6 N D."
    ),
    Paper(
        "Gemma 2024", "2403.08295",
        "Gemma: Open Models Based on Gemini Research and Technology",
    ): "Its size counts a large vocabulary's embeddings, and is not checked.",
    Paper(
        "DeepSeek-V2 2024", "2405.04434",
        "DeepSeek-V2: A Strong, Economical, and Efficient Mixture-of-Experts Language Model",
    ): "A mixture of experts: its active parameters count here.",
    Paper(
        "Gemma 2 2024", "2408.00118",
        "Gemma 2: Improving Open Language Models at a Practical Size",
    ): "Not checked.",
    Paper(
        "Hunyuan-Large 2024", "2411.02265",
        "Hunyuan-Large: An Open-Source MoE Model with 52 Billion Activated Parameters by "
        "Tencent",
    ): "A mixture of experts; FLOPs by the report's own formula, which adds to 6 N D.",
    Report("Epoch 2025", "", "Data on AI models", "https://epoch.ai/data"): (
        "A collection, through which some of the other reports' numbers came: the table of "
        "models says which."
    ),
    Paper("Qwen2.5 2024", "2412.15115", "Qwen2.5 Technical Report"): (
        "Its 18T tokens are the most that any of its sizes saw."
    ),
    Paper("DeepSeek-V3 2024", "2412.19437", "DeepSeek-V3 Technical Report"): (
        "A mixture of experts: its active parameters count here."
    ),
}  # fmt: skip


@cache
def papers() -> list[Used]:
    """Every paper once, oldest first."""
    studies = [
        Used(paper, use + _named(paper), _laws(paper), tuple(pages.split()))
        for paper, (use, pages) in STUDIES.items()
    ]
    reports = [Used(paper, use + _named(paper), (), (REAL,)) for paper, use in REPORTS.items()]
    return sorted([*studies, *reports], key=lambda used: _age(used.paper))


def find(text: str) -> list[Used]:
    """The papers that have a text in name, title, use or laws; all for none."""
    return [used for used in papers() if has(text, used.line)]


def listed(used: Iterable[Used], titles: Mapping[str, str]) -> str:
    """Papers as Markdown, a paragraph each with the pages that use it, under these titles."""
    return "\n\n".join(f"{one.line} {places(one.pages, titles)}" for one in used)


def table(used: Iterable[Used], titles: Mapping[str, str]) -> pd.DataFrame:
    """Papers to carry away: name, title, link, use, laws, pages."""
    rows = [
        (one.paper.name, one.paper.title, one.paper.url, one.use,
         "; ".join(law.name for law in one.laws), "; ".join(titles[page] for page in one.pages))
        for one in used
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["name", "title", "link", "use", "laws", "pages"])


def _laws(paper: Paper) -> tuple[Law[Form], ...]:
    return tuple(law for law in published.LAWS.values() if law.paper == paper)


def _named(paper: Paper) -> str:
    """Which real models it reports."""
    frame = trained_models.trained()
    found = frame.loc[frame["link"] == paper.url, "name"]
    return f" Models: {', '.join(found)}." if len(found) else ""


def _age(paper: Paper) -> tuple[str, str]:
    """By the year in its name, then by its number; what has none comes last in its year."""
    return paper.name[-4:], paper.arxiv or "9999"
