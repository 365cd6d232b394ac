"""What may be done about doubles, in one place: searched for, decided on, merged, and made two again."""

from .deciding import different, later, same
from .incoming import link_file
from .merging import close_aftermath, merge
from .scanning import scan
from .unmerging import undo

__all__ = ["close_aftermath", "different", "later", "link_file", "merge", "same", "scan", "undo"]
