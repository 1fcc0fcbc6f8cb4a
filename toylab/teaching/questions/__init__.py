"""The quiz's questions, in the order of the pages; each draws its own numbers."""

from toylab.teaching.questions import (
    allocation,
    architecture,
    batch_lr,
    critical_batch,
    disagreement,
    emergence,
    isoflop,
    kaplan,
    parametric,
    planner,
    recipes,
    repetition,
    schedules,
    training,
    transfer,
)
from toylab.teaching.questions.question import Maker

QUESTIONS: tuple[Maker, ...] = tuple(
    make
    for page in (
        training,
        architecture,
        emergence,
        kaplan,
        allocation,
        disagreement,
        isoflop,
        parametric,
        batch_lr,
        critical_batch,
        transfer,
        schedules,
        repetition,
        planner,
        recipes,
    )
    for make in page.QUESTIONS
)
