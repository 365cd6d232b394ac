"""What a county needs of a bank: the file that goes out, the answer that comes back, and the way between.

Pure Python, no database.  ``produce`` makes the file in the layout the bank takes, ``read`` reads whatever it
answers, ``channel`` carries both.
"""

from __future__ import annotations

from .answers import ANSWER_HEADER, Answer, read, read_answer
from .layouts import BankLayout, layout, layout_at, layouts
from .lines import BankLine, Return
from .pain001 import Heading
from .producing import FILE_HEADER, produce, write_file
from .schema import Checked, validate
from .stand_in import run_local_bank

__all__ = [
    "ANSWER_HEADER",
    "FILE_HEADER",
    "Answer",
    "BankLayout",
    "BankLine",
    "Checked",
    "Heading",
    "Return",
    "layout",
    "layout_at",
    "layouts",
    "produce",
    "read",
    "read_answer",
    "run_local_bank",
    "validate",
    "write_file",
]
