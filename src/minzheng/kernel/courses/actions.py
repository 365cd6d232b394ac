"""Everything that is done with courses, by the room in which it is done."""

from .keeping import add_lesson, close_course, open_course
from .learning import go_to, turn

__all__ = ["add_lesson", "close_course", "go_to", "open_course", "turn"]
