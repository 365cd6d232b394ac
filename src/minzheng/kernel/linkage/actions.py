"""What may be done about doubles, in one place: searched for, decided on, merged, and made two again."""

from .cluster import hand_out, take_in
from .deciding import different, later, same
from .incoming import link_file
from .merging import close_aftermath, merge
from .scanning import scan
from .unmerging import undo

__all__ = [
    "close_aftermath", "different", "hand_out", "later", "link_file", "merge", "same", "scan", "take_in", "undo",
]  # fmt: skip
