"""Everything that is done with courses, by the room in which it is done."""

from .examining import answer, hand_in, sit
from .keeping import add_lesson, close_course, open_course
from .learning import go_to, turn
from .questions import add_question, withdraw_question

__all__ = [
    "add_lesson", "add_question", "answer", "close_course", "go_to", "hand_in", "open_course", "sit", "turn",
    "withdraw_question",
]  # fmt: skip
