"""What may be done about who is who, in one place: searched for, decided on, merged, linked, and taken back."""

from .cluster import hand_out, take_in
from .deciding import different, later, same
from .incoming import link_file
from .merging import close_aftermath, merge
from .records import link_records
from .scanning import scan
from .settling import nobody, open_file, reopen, this_one
from .unmerging import undo

__all__ = [
    "close_aftermath", "different", "hand_out", "later", "link_file", "link_records", "merge", "nobody", "open_file",
    "reopen", "same", "scan", "take_in", "this_one", "undo",
]  # fmt: skip
