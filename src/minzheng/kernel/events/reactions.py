"""Everything that is done about a kind of event: the kernel's own part first, then each domain's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from minzheng.kernel import catalogue, declare
from minzheng.kernel.errors import Mistake

from .own import OWN

__all__ = ["Known", "known", "label_of", "reactions_to"]


@dataclass(frozen=True)
class Known:
    """A reaction with its qualified code and whose it is."""

    code: str
    whose: str
    item: declare.Reaction


def _every() -> dict[str, Known]:
    own = {f"events.{one.code}": Known(f"events.{one.code}", "人口与待遇", one) for one in OWN}
    declared = catalogue.current().reactions
    return own | {code: Known(code, one.domain.label, one.item) for code, one in declared.items()}


def reactions_to(kind: str) -> Sequence[Known]:
    """In the order in which they are carried out."""
    return [one for one in _every().values() if kind in one.item.on]


def known(code: str) -> Known:
    """One reaction; one that is no longer declared cannot be carried out or undone by itself."""
    found = _every().get(code)
    if found is None:
        raise Mistake("reaction_gone", f"反应“{code}”已不再声明，不能自动办理。请人工处理并报告平台管理员。")
    return found


def label_of(code: str) -> tuple[str, str]:
    """Whose it is and what it is called, also of one that is no longer declared."""
    found = _every().get(code)
    return (found.whose, found.item.label) if found else ("", code)
