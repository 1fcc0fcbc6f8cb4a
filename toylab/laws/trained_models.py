"""Models that were really trained, and the sizes that a law would have had them.

Published figures, and 6 N D where no FLOPs were: `data/models.csv` names the report of each;
`data/chinchilla.csv` is what Hoffmann et al. 2022 print for each of their three approaches.
"""

from functools import cache, lru_cache

import pandas as pd

from toylab.data.recorded import DATA
from toylab.laws import allocation
from toylab.laws.forms import FLOPS, Additive

SPENT = (  # whose budgets the reader can ask for by name
    "Cerebras-GPT 1.3B", "LLaMA-7B", "GPT-3 175B", "Gopher 280B", "Chinchilla 70B", "PaLM 540B",
    "Llama 3 8B", "DeepSeek-V3", "Llama 3.1 405B",
)  # fmt: skip


@cache
def trained() -> pd.DataFrame:
    """Real models: name, year, org, params, active_params, tokens, train_flops, source, link.

    Of a mixture of experts a token meets `active_params`; those count here as the size. Sizes
    of some include embeddings and of some do not: `source` says what is not checked.
    """
    frame = pd.read_csv(DATA / "models.csv", comment="#")
    return frame.assign(tokens_per_param=frame["tokens"] / frame["active_params"])


@lru_cache(maxsize=32)
def with_waste(form: Additive) -> pd.DataFrame:
    """Real models with their waste under a law: adds loss, nats, waste and best_ratio.

    `nats` and `waste` are regrets against the best split of the same 6 N D; `best_ratio` is
    that split's tokens per parameter.
    """
    frame = trained()
    pairs = list(zip(frame["active_params"], frame["tokens"], strict=True))
    regrets = [allocation.regret(form, params, tokens) for params, tokens in pairs]
    return frame.assign(
        loss=[r.loss for r in regrets],
        nats=[r.nats for r in regrets],
        waste=[r.waste for r in regrets],
        best_ratio=[
            allocation.best(form, FLOPS * params * tokens).tokens_per_param
            for params, tokens in pairs
        ],
    )


def budgets() -> dict[str, float]:
    """Training FLOPs of the models that a budget can be called after, least first."""
    named = trained()[trained()["name"].isin(SPENT)]
    alike = named.groupby("train_flops")["name"].agg(_together)
    return {str(name): float(flops) for flops, name in alike.items()}  # type: ignore[arg-type]


def _together(names: "pd.Series[str]") -> str:
    """One name as it is; several by their first words: Gopher, Chinchilla."""
    return names.iloc[0] if len(names) == 1 else ", ".join(names.str.split().str[0])


@cache
def projected() -> pd.DataFrame:
    """Hoffmann's tables: approach, params, tokens, flops, tokens_per_param.

    One number there is a misprint by a factor of ten (175B under approach 3: 1.26e24 FLOPs);
    it is mended, because 6 N D of the same row is 1.26e25.
    """
    frame = pd.read_csv(DATA / "chinchilla.csv", comment="#")
    product = FLOPS * frame["params"] * frame["tokens"]
    misprinted = (frame["approach"] == 3) & (frame["params"] == 175e9)
    return frame.assign(
        flops=frame["flops"].where(~misprinted, product),
        tokens_per_param=frame["tokens"] / frame["params"],
    )
