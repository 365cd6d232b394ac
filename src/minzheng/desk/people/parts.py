"""What the pages of a steward share: where they lie, how a file is shown, how alike two are in words."""

from __future__ import annotations

from django.utils.safestring import SafeString

from minzheng.kernel.areas.queries import children, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.linkage.models import Merge, Pair, Unsure
from minzheng.kernel.people.masks import mask_id_number, mask_name, mask_phone
from minzheng.kernel.people.models import Person
from minzheng.ui.shown import badge, cn_date

__all__ = [
    "MERGES",
    "PAIRS",
    "ROOM",
    "ROWS",
    "file_of",
    "likeness",
    "merge_badge",
    "numbered",
    "pair_badge",
    "places",
    "signed",
    "told",
    "unsure_badge",
]

ROOM = ("疑似重复", "/desk/people/")
PAIRS = "/desk/people/duplicates/"
MERGES = ("合并记录", "/desk/people/merges/")
ROWS = ("外来名单存疑", "/desk/people/incoming/")
_STATES = {
    "open": "warn", "later": "info", "same": "good", "different": "neutral", "gone": "neutral", "linked": "good",
    "created": "good", "nobody": "neutral",
}  # fmt: skip


def numbered(person: Person) -> str:
    """The number of a file as an officer may see it."""
    return mask_id_number(person.id_number) if person.id_number else person.internal_number or ""


def file_of(person: Person) -> str:
    """A file in a list: whose it is, by name and number, both masked."""
    return f"{mask_name(person.name)}（{numbered(person)}）"


def likeness(weight: int) -> str:
    """How alike, in words beside the figure of the parameters."""
    words = "极高" if weight >= 20 else "高" if weight >= 10 else "中"
    return f"{words}（{weight}位）"


def pair_badge(pair: Pair) -> SafeString:
    """Where a pair stands."""
    return badge(pair.get_state_display(), _STATES[pair.state])


def unsure_badge(unsure: Unsure) -> SafeString:
    """Where a row stands."""
    return badge(unsure.get_state_display(), _STATES[unsure.state])


def signed(bits: int | None) -> str:
    """What speaks for one person with a plus, what speaks against it with a minus."""
    return "" if bits is None else f"{bits:+d}"


def merge_badge(merge: Merge) -> SafeString:
    """Whether a merge stands."""
    return badge("已撤销", "neutral") if merge.undone_at else badge("已合并", "good")


def places(by: Actor) -> list[tuple[str, str]]:
    """The places by which a list may be narrowed: what lies directly in the steward's scope."""
    found = [unit.path for path in by.scope for unit in children(path)][:120]
    return sorted(names(found).items())


def told(person: Person, place: dict[str, str]) -> dict[str, str]:
    """A file field by field."""
    return {
        "name": person.name, "number": numbered(person), "sex": person.get_sex_display(),
        "birth": cn_date(person.birth),
        "place": place[person.path], "hukou": place[person.hukou_path],
        "phone": mask_phone(person.phone) if person.phone else "",
        "died": cn_date(person.died_on) if person.died_on else "",
    }  # fmt: skip
