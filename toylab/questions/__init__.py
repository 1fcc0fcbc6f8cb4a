"""Which questions has the quiz? In the order of the pages; each draws its own numbers."""

from toylab.questions import allocation, batches, fits, laws, training
from toylab.questions.question import Maker

QUESTIONS: tuple[Maker, ...] = (
    *training.QUESTIONS,
    *laws.QUESTIONS,
    *allocation.QUESTIONS,
    *fits.QUESTIONS,
    *batches.QUESTIONS,
)
