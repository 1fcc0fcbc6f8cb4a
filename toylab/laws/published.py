"""Published scaling laws: their constants, their sources, and the range of their runs.

One registry. A law's constants appear here and nowhere else, with their paper and place;
rounded and unrounded constants are different laws, because they allocate differently. Losses
are in nats per token of each paper's own text and tokenizer: their heights do not compare
across papers.
"""

from toylab.laws.forms import (
    PF_DAY,
    Additive,
    Batch,
    Curve,
    Form,
    Growth,
    Joint,
    Power,
    Product,
    Ratio,
)
from toylab.laws.law import Law, Paper

KAPLAN = Paper("Kaplan 2020", "2001.08361", "Scaling Laws for Neural Language Models")
HOFFMANN = Paper("Hoffmann 2022", "2203.15556", "Training Compute-Optimal Large Language Models")
BESIROGLU = Paper("Besiroglu 2024", "2404.10102", "Chinchilla Scaling: A replication attempt")
PORIAN = Paper(
    "Porian 2024",
    "2406.19146",
    "Resolving Discrepancies in Compute-Optimal Scaling of Language Models",
)
PEARCE = Paper("Pearce & Song 2024", "2406.12907", "Reconciling Kaplan and Chinchilla Scaling Laws")
DEEPSEEK = Paper(
    "DeepSeek LLM 2024",
    "2401.02954",
    "DeepSeek LLM: Scaling Open-Source Language Models with Longtermism",
)
STEP = Paper(
    "Step Law 2025",
    "2503.04715",
    "Predictable Scale: Part I, Step Law -- Optimal Hyperparameter Scaling Law in Large "
    "Language Model Pretraining",
)
MINICPM = Paper(
    "MiniCPM 2024",
    "2404.06395",
    "MiniCPM: Unveiling the Potential of Small Language Models with Scalable Training Strategies",
)
BJORCK = Paper("Bjorck 2024", "2409.19913", "Scaling Optimal LR Across Token Horizons")
MCCANDLISH = Paper("McCandlish 2018", "1812.06162", "An Empirical Model of Large-Batch Training")
ZHANG = Paper("Zhang 2024", "2410.21676", "How Does Critical Batch Size Scale in Pre-training?")
MERRILL = Paper(
    "Merrill 2025",
    "2505.23971",
    "Critical Batch Size Revisited: A Simple Empirical Approach to Large-Batch Language Model "
    "Training",
)
MUENNIGHOFF = Paper("Muennighoff 2023", "2305.16264", "Scaling Data-Constrained Language Models")
SCHAEFFER = Paper(
    "Schaeffer 2023",
    "2304.15004",
    "Are Emergent Abilities of Large Language Models a Mirage?",
)
BECK = Paper(
    "Beck 2025",
    "2510.02228",
    "xLSTM Scaling Laws: Competitive Performance with Linear Time-Complexity",
)
HAEGELE = Paper(
    "H\N{LATIN SMALL LETTER A WITH DIAERESIS}gele 2024",
    "2405.18392",
    "Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations",
)
TISSUE = Paper("Tissue 2024", "2408.11029", "Scaling Law with Learning Rate Annealing")
QIU = Paper(
    "Qiu 2025",
    "2507.02119",
    "Scaling Collapse Reveals Universal Dynamics in Compute-Optimally Trained Neural Networks",
)
DEY = Paper(
    "CompleteP 2025",
    "2505.01618",
    "Don't be lazy: CompleteP enables compute-efficient deep transformers",
)
KOSSON = Paper(
    "Kosson 2025",
    "2510.19093",
    "Weight Decay may matter more than muP for Learning Rate Transfer in Practice",
)
YANG = Paper(
    "Yang 2022",
    "2203.03466",
    "Tensor Programs V: Tuning Large Neural Networks via Zero-Shot Hyperparameter Transfer",
)
LLAMA = Paper("Llama 3 2024", "2407.21783", "The Llama 3 Herd of Models")
SARDANA = Paper(
    "Sardana & Frankle 2024",
    "2401.00448",
    "Beyond Chinchilla-Optimal: Accounting for Inference in Language Model Scaling Laws",
)
ZERO = Paper(
    "ZeRO 2020",
    "1910.02054",
    "ZeRO: Memory Optimizations Toward Training Trillion Parameter Models",
)
KORTHIKANTI = Paper(
    "Korthikanti 2022",
    "2205.05198",
    "Reducing Activation Recomputation in Large Transformer Models",
)
GLM = Paper(
    "GLM-4.5 2025",
    "2508.06471",
    "GLM-4.5: Agentic, Reasoning, and Coding (ARC) Foundation Models",
)


NON_EMBEDDING = {
    "N": "parameters without embeddings",
    "D": "tokens of the data set, unique",
    "C": "6 N B S, without embeddings, in PF-days",
}
TOTAL = {
    "N": "all parameters",
    "D": "tokens trained on, hardly any twice",
    "C": "FLOPs, about 6 N D",
}
SIZES, TOKENS = {"N": (768.0, 1.5e9)}, {"D": (2.2e7, 2.3e10)}  # sec. 3
# In FLOPs, as Pearce & Song 2024 read it off.
COMPUTE = {"C": (1e13, 5e20)}
DECILES = "10th to 90th percentile of 100 bootstraps"

# --- Kaplan et al. 2020 -------------------------------------------------------------------
KAPLAN_N = Law(
    name="kaplan-N",
    title="Kaplan L(N)",
    form=Power(8.8e13, 0.076),
    gives="loss",
    paper=KAPLAN,
    where="eq. 1.1, Table 5",
    counts=NON_EMBEDDING,
    measured=SIZES,
    unit="parameters",
    note="Data unlimited, trained to near convergence.",
)
KAPLAN_D = Law(
    name="kaplan-D",
    title="Kaplan L(D)",
    form=Power(5.4e13, 0.095),
    gives="loss",
    paper=KAPLAN,
    where="eq. 1.2, Table 5",
    counts=NON_EMBEDDING,
    measured=TOKENS,
    unit="tokens",
    note="A large model, stopped early.",
)
KAPLAN_C = Law(
    name="kaplan-C",
    title="Kaplan L(C), one batch size",
    form=Power(1.6e7, 0.057),
    gives="loss",
    paper=KAPLAN,
    where="eq. 3.3, Table 5",
    counts=NON_EMBEDDING,
    measured=COMPUTE,
    unit="PF-days",
    per_unit=PF_DAY,
    note="Every run at the same batch: not the least compute for its loss.",
)
KAPLAN_CMIN = Law(
    name="kaplan-Cmin",
    title="Kaplan L(C_min)",
    form=Power(3.1e8, 0.050),
    gives="loss",
    paper=KAPLAN,
    where="eq. 1.3, Table 5",
    counts=NON_EMBEDDING
    | {"C": "C_min: the least compute, at a batch far below critical, PF-days"},
    measured=COMPUTE,
    unit="PF-days",
    per_unit=PF_DAY,
    note="The best size for each budget. Figure 1 prints 2.3e8 for the constant 3.1e8.",
)
KAPLAN_ND = Law(
    name="kaplan-ND",
    title="Kaplan L(N, D)",
    form=Joint(6.4e13, 1.8e13, 0.076, 0.103),
    gives="loss",
    paper=KAPLAN,
    where="eq. 1.5, Table 2",
    counts=NON_EMBEDDING,
    measured=SIZES | TOKENS,
    note="A joint fit: its constants differ from those of L(N) and L(D) on purpose.",
)
KAPLAN_NS = Law(
    name="kaplan-NS",
    title="Kaplan L(N, S_min)",
    form=Curve(6.5e13, 2.1e3, 0.077, 0.76),
    gives="loss",
    paper=KAPLAN,
    where="eq. 1.6, Table 3",
    counts=NON_EMBEDDING | {"S": "steps at a batch far above critical"},
    measured=SIZES,
    note="Learning curves after warm-up; data unlimited.",
)
KAPLAN_BATCH = Law(
    name="kaplan-batch",
    title="Kaplan critical batch",
    form=Batch(2e8, 0.21),
    gives="batch",
    paper=KAPLAN,
    where="eq. 1.4, 5.3",
    counts={"L": "loss reached, nats/token"},
    measured={},
    note="Table 5 prints 2.1e8 for B*.",
)
AT_B_CRIT = {"C": "C_min in PF-days: half of what training at the critical batch spends"}
SPENT = 2  # C / C_min at the critical batch; eq. 5.5
KAPLAN_SIZE = Law(
    name="kaplan",
    title="Kaplan 2020",
    form=Growth(1.3e9, 0.73),
    gives="params",
    paper=KAPLAN,
    where="Table 6",
    counts=NON_EMBEDDING | AT_B_CRIT,
    measured=COMPUTE,
    unit="parameters at 1 PF-day",
    per_unit=SPENT * PF_DAY,
    note="A budget here is spent at the critical batch, where C = 2 C_min (eq. 5.5).",
)
KAPLAN_OPT_BATCH = Law(
    name="kaplan-opt-batch",
    title="Kaplan best batch",
    form=Growth(2.0e6, 0.24),
    gives="batch",
    paper=KAPLAN,
    where="Table 6",
    counts=AT_B_CRIT,
    measured=COMPUTE,
    unit="tokens at 1 PF-day",
    per_unit=SPENT * PF_DAY,
)
KAPLAN_OPT_STEPS = Law(
    name="kaplan-opt-steps",
    title="Kaplan best steps",
    form=Growth(5.4e3, 0.03),
    gives="steps",
    paper=KAPLAN,
    where="Table 6",
    counts=AT_B_CRIT,
    measured=COMPUTE,
    unit="steps at 1 PF-day",
    per_unit=SPENT * PF_DAY,
)
KAPLAN_OPT_TOKENS = Law(
    name="kaplan-opt-tokens",
    title="Kaplan best data",
    form=Growth(2e10, 0.27),
    gives="tokens",
    paper=KAPLAN,
    where="Table 6",
    counts=AT_B_CRIT,
    measured=COMPUTE,
    unit="tokens at 1 PF-day",
    per_unit=SPENT * PF_DAY,
    note="One epoch. Eq. 6.7 prints 4e10 and 0.26.",
)

# --- Hoffmann et al. 2022, and the refit --------------------------------------------------
BUDGET = 5.76e23  # FLOPs: Gopher's, and so Chinchilla's; sec. 3
HOFFMANN_1 = Law(
    name="hoffmann-1",
    title="Hoffmann approach 1",
    form=Growth(67e9 / BUDGET**0.50, 0.50),
    gives="params",
    paper=HOFFMANN,
    where="Table 2, Fig. 2",
    counts=TOTAL,
    measured={"N": (70e6, 10e9)},
    spread={"exponent": (0.488, 0.502)},
    spread_is=DECILES,
    note="Minima over training curves. The coefficient puts the line through the 67B printed "
    "at 5.76e23 FLOPs.",
    unit="parameters at 1 FLOP",
)
HOFFMANN_2 = Law(
    name="hoffmann-2",
    title="Hoffmann approach 2",
    form=Growth(63e9 / BUDGET**0.49, 0.49),
    gives="params",
    paper=HOFFMANN,
    where="Table 2, Fig. 3",
    counts=TOTAL,
    measured={"C": (6e18, 3e21)},
    spread={"exponent": (0.462, 0.534)},
    spread_is=DECILES,
    note="IsoFLOP valleys. The coefficient puts the line through the 63B printed at 5.76e23 FLOPs.",
    unit="parameters at 1 FLOP",
)
# The runs of Figure 4, as Besiroglu et al. read them off.
FITTED = {"N": (5.7e7, 1.62e10), "D": (2.5e8, 3.2e11), "C": (1.4e18, 1.3e22)}
MOST_TOKENS_PER_PARAM = 340  # of these runs, with FLOPs over 6 N as tokens; 19 of 20 below 160
HOFFMANN_3 = Law(
    name="hoffmann-3",
    title="Hoffmann approach 3, rounded",
    form=Additive(1.69, 406.4, 410.7, 0.34, 0.28),
    gives="loss",
    paper=HOFFMANN,
    where="eq. 10",
    counts=TOTAL,
    measured=FITTED,
    note="As printed. Rounding beta alone moves the best size by a fifth.",
)
HOFFMANN_3_FULL = Law(
    name="hoffmann-3-full",
    title="Hoffmann approach 3, unrounded",
    form=Additive(1.6934, 406.4, 410.7, 0.3392, 0.2849),
    gives="loss",
    paper=HOFFMANN,
    where="TeX source of eq. 10",
    counts=TOTAL,
    measured=FITTED,
    note="The same fit with the digits that the paper's TeX keeps.",
)
REFIT = Law(
    name="besiroglu",
    title="Besiroglu 2024, refit",
    form=Additive(1.8172, 482.01, 2085.43, 0.3478, 0.3658),
    gives="loss",
    paper=BESIROGLU,
    where="sec. 3",
    counts=TOTAL,
    measured=FITTED,
    spread={
        "E": (1.769, 1.871),
        "A": (285, 744),
        "B": (1042, 5810),
        "alpha": (0.317, 0.373),
        "beta": (0.331, 0.415),
    },
    spread_is="95 % of 4,000 bootstraps",
    note="240 of Hoffmann's runs, read off Figure 4. A and B are each poorly determined: their "
    "errors move together with those of the exponents.",
)
TWENTY = Law(
    name="20:1",
    title="20 tokens a parameter",
    form=Ratio(20.0),
    gives="tokens",
    paper=HOFFMANN,
    where="Table 3",
    counts=TOTAL,
    measured={"N": (70e6, 10e9)},
    note="A reading of approach 1, whose table has 20.0 to 22.4; no formula of the paper.",
)

# --- others -------------------------------------------------------------------------------
M_COUNT = {
    "N": "M/6, M being the FLOPs a token costs without embeddings, attention included",
    "D": "tokens trained on",
    "C": "FLOPs, M D",
}
DEEPSEEK_M = Law(
    name="deepseek",
    title="DeepSeek 2024",
    form=Growth(0.1715, 0.5243),
    gives="flops per token",
    paper=DEEPSEEK,
    where="sec. 3.2",
    counts=M_COUNT,
    measured={"C": (1e17, 3e20)},
    note="Own data. The exponent moves with their quality: 0.450, 0.524 and 0.578 on three sets.",
    unit="FLOPs per token at 1 FLOP",
)
DEEPSEEK_D = Law(
    name="deepseek-tokens",
    title="DeepSeek 2024, data",
    form=Growth(5.8316, 0.4757),
    gives="tokens",
    paper=DEEPSEEK,
    where="sec. 3.2",
    counts=M_COUNT,
    measured={"C": (1e17, 3e20)},
    unit="tokens at 1 FLOP",
)
LLAMA_3 = Law(
    name="llama3",
    title="Llama 3, as printed",
    form=Growth(0.29, 0.53),
    gives="tokens",
    paper=LLAMA,
    where="sec. 3.2.1",
    counts=TOTAL,
    measured={"C": (6e18, 1e22)},
    note="The report prints these constants beside 402B parameters on 16.55T tokens at 3.8e25 "
    "FLOPs. The constants give 10.5T; an exponent of 0.5378 would give 16.6T.",
    unit="tokens at 1 FLOP",
)

# --- learning rate and batch --------------------------------------------------------------
DEEPSEEK_LR = Law(
    name="deepseek-lr",
    title="DeepSeek 2024, learning rate",
    form=Growth(0.3118, -0.1250),
    gives="lr",
    paper=DEEPSEEK,
    where="sec. 3.1",
    counts=M_COUNT,
    measured={"C": (1e17, 2e19)},
    unit="peak learning rate at 1 FLOP",
    note="Of settings whose loss is within 0.25 % of the best. For their schedule in steps.",
)
DEEPSEEK_BATCH = Law(
    name="deepseek-batch",
    title="DeepSeek 2024, batch",
    form=Growth(0.2920, 0.3271),
    gives="batch",
    paper=DEEPSEEK,
    where="sec. 3.1",
    counts=M_COUNT,
    measured={"C": (1e17, 2e19)},
    unit="tokens at 1 FLOP",
    note="Of settings whose loss is within 0.25 % of the best.",
)
BJORCK_TOKENS = -0.32  # exponent of the best learning rate by tokens; as Step Law quotes it
STEP_COUNT = {"N": "parameters without the vocabulary's", "D": "tokens trained on"}
STEP_LR = Law(
    name="step-lr",
    title="Step Law 2025, learning rate",
    form=Product(1.79, -0.713, 0.307),
    gives="lr",
    paper=STEP,
    where="abstract and sec. 1",
    counts=STEP_COUNT,
    measured={},
    unit="peak learning rate at 1 parameter and 1 token",
    note="For a schedule that ends at a fixed low rate, not at a share of the peak.",
)
STEP_BATCH = Law(
    name="step-batch",
    title="Step Law 2025, batch",
    form=Product(0.58, 0.0, 0.571),
    gives="batch",
    paper=STEP,
    where="abstract and sec. 1",
    counts=STEP_COUNT,
    measured={},
    unit="tokens at 1 token",
    note="The size of the model does not enter.",
)
MINICPM_BATCH = Law(
    name="minicpm-batch",
    title="MiniCPM 2024, batch",
    form=Batch(1.21e9, 1 / 6.24),
    gives="batch",
    paper=MINICPM,
    where="sec. 3.2",
    counts={"L": "loss on C4, nats/token"},
    measured={},
    note="Printed as 1.21e9 / L^6.24.",
)
IN_MILLIONS = {"N": "parameters, in millions", "D": "tokens trained on, in millions"}
ZHANG_DATA = Law(
    name="zhang-tokens",
    title="Zhang 2024, critical batch by data",
    form=Product(22.91, 0.0, 0.47),
    gives="batch",
    paper=ZHANG,
    where="sec. 4",
    counts=IN_MILLIONS,
    measured={},
    unit="sequences at 1M tokens",
    note="Critical: 20 % more steps than if they fell in proportion to the batch. The exponent "
    "stands in the abstract; coefficient and unit are unconfirmed, read in no copy of the paper.",
)
ZHANG_SIZE = Law(
    name="zhang-params",
    title="Zhang 2024, critical batch by size",
    form=Product(621.341, 0.087, 0.0),
    gives="batch",
    paper=ZHANG,
    where="sec. 4",
    counts=IN_MILLIONS,
    measured={},
    unit="sequences at 1M parameters",
    note="Critical: 20 % more steps than if they fell in proportion to the batch.",
)

LAWS: dict[str, Law[Form]] = {
    law.name: law
    for law in (
        KAPLAN_N, KAPLAN_D, KAPLAN_C, KAPLAN_CMIN, KAPLAN_ND, KAPLAN_NS, KAPLAN_BATCH,
        KAPLAN_SIZE, KAPLAN_OPT_BATCH, KAPLAN_OPT_STEPS, KAPLAN_OPT_TOKENS,
        HOFFMANN_1, HOFFMANN_2, HOFFMANN_3, HOFFMANN_3_FULL, REFIT, TWENTY,
        DEEPSEEK_M, DEEPSEEK_D, LLAMA_3, DEEPSEEK_LR, DEEPSEEK_BATCH, STEP_LR, STEP_BATCH,
        MINICPM_BATCH, ZHANG_DATA, ZHANG_SIZE,
    )
}  # fmt: skip
# Those that split a budget, in the order in which they came.
SPLITTING: list[Law[Form]] = [
    KAPLAN_SIZE, HOFFMANN_1, HOFFMANN_2, HOFFMANN_3, HOFFMANN_3_FULL, TWENTY, REFIT, DEEPSEEK_M,
    LLAMA_3,
]  # fmt: skip
SURFACES: list[Law[Additive]] = [HOFFMANN_3, HOFFMANN_3_FULL, REFIT]


def find(name: str) -> Law[Form]:
    """A law by its name.

    Raises:
        ValueError: if there is none of that name.
    """
    if name not in LAWS:
        raise ValueError(f"law must be one of {', '.join(LAWS)}, got {name!r}")
    return LAWS[name]
