"""What the county does with a house: name its staff, open it, answer its filing, close it."""

from __future__ import annotations

from datetime import date

from minzheng.desk.sheets import NOTHING, Do, Sent, Sheet
from minzheng.kernel import clock
from minzheng.kernel.access.models import Posting
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Text
from minzheng.kernel.facilities import actions
from minzheng.kernel.facilities.duties import of, oversees
from minzheng.kernel.facilities.models import Facility, Filing

__all__ = ["county_sheets"]

_OPEN = Form("open", "登记开业", (Day("on", "开业日期"),))
_RETURN = Form("give_back", "退回补正", (Text("opinion", "补正意见", longest=300, lines=2),))


def county_sheets(found: Facility, by: Actor) -> list[Sheet]:
    """Nothing for whoever does not oversee houses here."""
    if not oversees(of(found), path=found.path, by=by):
        return []
    sheets = []
    filing = found.filings.filter(state=Filing.State.SENT).exclude(what=Filing.What.CLOSURE).first()
    if filing is not None:
        sheets += [_received(filing, by), _returned(filing, by)]
    if found.state == Facility.State.PREPARING:
        sheets.append(Sheet("open", _OPEN, _opens(found, by), submit="登记开业", title="开业"))
    if found.state == Facility.State.CLOSING:
        sheets.append(
            Sheet("close", NOTHING, _closes(found, by), submit="确认停业", title="停业", danger=True)
        )
    if keepers := _keepers(found):
        form = Form("keeper", "指定经办人", (Choice("user", "经办人", options=keepers),))
        sheets.append(
            Sheet(
                "keeper",
                form,
                _names(found, form, keepers, by),
                submit="指定",
                title="指定机构经办人",
                quiet=True,
            )
        )
    return sheets


def _keepers(found: Facility) -> dict[str, str]:
    """Who holds the keeper's post over the place of the house and is not yet named to it."""
    declared, today = of(found), clock.today()
    named = set(found.keepers.filter(until_on=None).values_list("user", flat=True))
    held = Posting.objects.filter(role=declared.role(declared.item.keeper), from_on__lte=today)
    return {
        f"user:{one.user_id}": one.user.name
        for one in held.select_related("user", "office")
        if found.path.startswith(one.office.path)
        and (one.until_on is None or one.until_on > today)
        and f"user:{one.user_id}" not in named
    }


def _received(filing: Filing, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        made = actions.acknowledge(filing=filing, by=by, key=sent.key)
        return f"已出具备案回执 {made.number}。"

    words = "、".join(f"{code}：{text}" for code, text in filing.changes.items())
    return Sheet(
        "receive", NOTHING, do, submit="出具回执", title=f"{filing.get_what_display()} {words}".strip()
    )


def _returned(filing: Filing, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        given = _RETURN.clean(sent.answers).plain
        actions.give_back(filing=filing, opinion=given["opinion"], by=by, key=sent.key)
        return "已退回补正。"

    return Sheet("give_back", _RETURN, do, submit="退回补正", quiet=True)


def _opens(found: Facility, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        given = _OPEN.clean(sent.answers).plain
        actions.open_house(facility=found, on=date.fromisoformat(given["on"]), by=by, key=sent.key)
        return "已登记开业。"

    return do


def _closes(found: Facility, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        actions.close(facility=found, by=by, key=sent.key)
        return "机构已停业。"

    return do


def _names(found: Facility, form: Form, keepers: dict[str, str], by: Actor) -> Do:
    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        actions.name_keeper(
            facility=found, user_id=given["user"], name=keepers[given["user"]], by=by, key=sent.key
        )
        return "已指定。"

    return do
