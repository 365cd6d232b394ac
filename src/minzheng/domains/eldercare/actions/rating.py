"""Rating (等级评定): own score, the committee's visit, publicity, certificate, spot check (GB/T 37276)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.facilities.duties import require_keeper, require_words
from minzheng.kernel.facilities.models import Facility
from minzheng.kernel.inspections.models import Incident
from minzheng.kernel.inspections.queries import last_checks
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.law.reference import Evaluation
from minzheng.kernel.publicity import posting as publicity

from .. import roles
from ..models import Rating
from ..queries.homes import SUPERVISION, key_of
from ..rules import GB37276, institutions

__all__ = ["POSTED", "apply_for", "certify", "look_again", "score", "score_anew"]

# Under which publicity a result hangs (`steps.postings`).
POSTED = "eldercare.rating"


@verb("eldercare.apply_for_rating", label="申请等级评定")
def apply_for(*, facility: Facility, own_points: int, by: Actor, key: str | None = None) -> Rating:
    """An institution that is filed scores itself and applies; one application at a time."""
    require_keeper(facility, by)
    if facility.filed_on is None:
        raise Refused("rating_unfiled", "没有备案的机构不能申请等级评定。")
    if not 0 < own_points <= 1000:
        raise Refused("own_points", "自评分应在 1 到 1000 之间。", field="own_points")
    if Rating.objects.filter(facility=facility, state__in=("applied", "posted")).exists():
        raise Stale("rating_running", "已有正在办理的等级评定。")
    made = Rating.objects.create(
        facility=facility, path=facility.path, applied_on=clock.today(), own_points=own_points
    )
    audit.note(about=made, path=made.path, article=GB37276.as_a_whole(), after={"own_points": own_points})
    return made


@verb("eldercare.score_rating", label="登记评定得分")
def score(
    *, rating: Rating, scores: Mapping[str, int], committee: Sequence[str], visited_on: date, by: Actor,
    key: str | None = None,
) -> Rating:  # fmt: skip
    """The committee of three or more has been there: the rule gives the level, which is then posted or refused."""
    row = _locked(rating, by, Rating.State.APPLIED)
    today = clock.today()
    if len({one.strip() for one in committee if one.strip()}) < _whole("home.rating.committee", row, today):
        raise Refused("committee_small", "评定组人数不足，请补充评定专家。", field="committee")
    if not row.applied_on <= visited_on <= today:
        raise Refused("visited_on", "现场评定日期应在申请之后、今天之前。", field="visited_on")
    row.points, row.stars = _stars(row.facility, scores, visited_on)
    row.scores, row.committee, row.visited_on = dict(scores), list(committee), visited_on
    if row.stars:
        row.state, row.posted_on = Rating.State.POSTED, today
        row.posted_until = publicity.hang(POSTED, row, by=by).last_day
    else:
        row.state, row.stars = Rating.State.REFUSED, None
    row.save()
    audit.note(
        about=row,
        path=row.path,
        article=GB37276.as_a_whole(),
        after={"points": row.points, "stars": row.stars},
    )
    return row


def _stars(facility: Facility, scores: Mapping[str, int], on: date) -> tuple[int, int]:
    """Total and level by both thresholds; filed, safe and without a grave incident for a year."""
    if set(scores) != {name for name, _, _ in institutions.PARTS}:
        raise Refused("scores_missing", "请填写四个部分的得分。", field="scores")
    checked = last_checks(SUPERVISION, [key_of(facility)], on).get(key_of(facility))
    facts = {
        **scores, "filed": facility.filed_on is not None, "safety_met": checked is not None and bool(checked.met),
        "clean_months": _clean_months(facility, on),
    }  # fmt: skip
    run = Evaluation(
        institutions.rating, Facts(facts), catalogue.current().parameters(), path=facility.path, on=on
    )
    if run.answer(institutions.parts_within) is not True:
        raise Refused("scores_outside", "有部分得分超出满分，请核对。", field="scores")
    return cast(int, run.answer(institutions.points)), cast(int, run.answer(institutions.stars))


def _clean_months(facility: Facility, on: date) -> int:
    """Whole months since the last grave incident; since the opening, if there was none."""
    grave = Incident.objects.filter(supervision=SUPERVISION, subject=key_of(facility), severity__gte=3)
    last = grave.filter(happened_at__date__lte=on).order_by("-happened_at").first()
    since = clock.at_office_time(last.happened_at).date() if last else date(2000, 1, 1)
    months = (on.year - since.year) * 12 + on.month - since.month
    return months if on.day >= since.day else months - 1


@verb("eldercare.certify_rating", label="颁发等级证书")
def certify(*, rating: Rating, by: Actor, key: str | None = None) -> Rating:
    """After the publicity, with every objection answered, it is given for three years; an older one gives way."""
    row = _locked(rating, by, Rating.State.POSTED)
    today = clock.today()
    publicity.stands(POSTED, row)
    held = Rating.objects.filter(facility=row.facility, state=Rating.State.CERTIFIED)
    held.update(state=Rating.State.REPLACED, reason="重新评定", heard_on=today)
    row.state, row.valid_from = Rating.State.CERTIFIED, today
    row.valid_until = clock.add_months(today, _whole("home.rating.months", row, today))
    row.number = f"DJ{today:%Y}{row.pk:06d}"
    row.save()
    audit.note(about=row, path=row.path, after={"stars": row.stars, "valid_until": str(row.valid_until)})
    return row


@verb("eldercare.score_rating_anew", label="公示异议成立，重新评定")
def score_anew(rating: Rating, *, reason: str, by: Actor, key: str | None = None) -> Rating:
    """An objection was right: the committee goes again, and what it finds is posted again."""
    row = _locked(rating, by, Rating.State.POSTED)
    told = {"points": row.points, "stars": row.stars, "scores": row.scores}
    row.state, row.posted_on, row.posted_until, row.visited_on = Rating.State.APPLIED, None, None, None
    row.points, row.stars, row.scores, row.committee = None, None, {}, []
    row.save()
    audit.note(about=row, path=row.path, before=told, reason=reason)
    return row


@verb("eldercare.look_again_at_rating", label="等级复核")
def look_again(
    *, rating: Rating, stars: int, reason: str, heard_on: date, by: Actor, key: str | None = None
) -> Rating:
    """A spot check lowers a rating or takes it back, after a hearing; a lower one keeps the end of the old."""
    row = _locked(rating, by, Rating.State.CERTIFIED)
    today = clock.today()
    if not 0 <= stars < (row.stars or 0) or heard_on > today:
        raise Refused("stars_lower", "复核后的等级应低于原等级，听证日期不能晚于今天。", field="stars")
    row.reason, row.heard_on = require_words(reason, "变更原因", field="reason", longest=300), heard_on
    row.state = Rating.State.REPLACED if stars else Rating.State.WITHDRAWN
    row.save()
    audit.note(
        about=row, path=row.path, before={"stars": row.stars}, after={"stars": stars}, reason=row.reason
    )
    if not stars:
        return row
    made = Rating.objects.create(
        facility=row.facility, path=row.path, applied_on=row.applied_on, own_points=row.own_points, scores=row.scores,
        committee=row.committee, visited_on=heard_on, points=row.points, stars=stars, posted_on=today,
        posted_until=today, number=f"{row.number}-{stars}", valid_from=today, valid_until=row.valid_until,
        state=Rating.State.CERTIFIED, follows=row,
    )  # fmt: skip
    return made


def _whole(key: str, row: Rating, on: date) -> int:
    return cast(int, catalogue.current().parameters().get(key, path=row.path, on=on).value)


def _locked(rating: Rating, by: Actor, state: Rating.State) -> Rating:
    row = (
        Rating.objects.select_for_update(of=("self",)).select_related("facility").filter(pk=rating.pk).first()
    )
    if row is None or not by.covers(row.path):
        raise NotFound("rating_unknown", "没有这项等级评定，或不在您的管辖范围内。")
    if not by.holds({f"eldercare.{roles.RATER.code}": roles.RATER.at}, path=row.path):
        raise NotAllowed("rating_role", f"等级评定由{roles.RATER.label}办理，您在该地区没有这个岗位。")
    if row.state != state:
        raise Stale("rating_state", f"这项评定现在是“{row.get_state_display()}”。请刷新页面。")
    return row
