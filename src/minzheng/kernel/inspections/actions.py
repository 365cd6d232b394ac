"""Everything that is done in supervision, by the room in which it is done."""

from .checking import carry_out, check_own_house, plan_check, publish
from .drawing import draw, stand_aside
from .incidents import conclude, report
from .punishing import decide, propose, publish_penalty, recognise, repair, review
from .rectifying import answer_plea, check_again, plead, remedy

__all__ = [
    "answer_plea", "carry_out", "check_again", "check_own_house", "conclude", "decide", "draw", "plan_check", "plead",
    "propose", "publish", "publish_penalty", "recognise", "remedy", "repair", "report", "review", "stand_aside",
]  # fmt: skip
