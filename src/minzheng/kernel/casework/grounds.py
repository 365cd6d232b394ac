"""On what an application may stand: a living applicant's own family, place, earlier case and lead, applied for once."""

from __future__ import annotations

from minzheng.kernel import catalogue, declare
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import Refused
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.visits.queries import lead_of

from .models import Case, Mandate, Member

__all__ = ["PENDING", "applied_for_elsewhere", "lacks_paper", "leads_to", "may_begin", "once"]

Service = catalogue.Declared[declare.Service]
PENDING = (Case.State.SUBMITTED, Case.State.CORRECTING, Case.State.OPEN, Case.State.PAUSED)


def may_begin(
    applicant: Person,
    household: Household | None,
    path: str,
    *,
    origin: Case | None,
    lead_id: int | None,
    anywhere: bool = False,
) -> None:
    """Refuse an application for the dead, for another family, at a foreign place, on another's answers or lead."""
    if applicant.died_on is not None:
        raise Refused(
            "applicant_died", "登记显示申请人已去世，不能申请。请由其他家庭成员提出，或在窗口更正登记。"
        )
    # Where an emergency happens, and where it was helped, one may ask although one lives elsewhere.
    _own_family(applicant, household)
    if not anywhere and not (origin is not None and origin.path == path):
        _lives_there(applicant, household, path)
    if origin is not None and origin.applicant_id != applicant.pk:
        raise Refused("not_their_case", "来源办件不是这位申请人的，不能沿用。请重新选择。", field="origin")
    if lead_id is not None and ((lead := lead_of(lead_id)) is None or lead.household != household):
        raise Refused("not_their_lead", "这条线索不是这户家庭的。请从线索页面代办申请。", field="lead")


def _own_family(applicant: Person, household: Household | None) -> None:
    """The family is the applicant's own: nobody reaches other files by a draft."""
    if household is not None and not household.memberships.filter(person=applicant, until_on=None).exists():
        raise Refused(
            "not_their_household",
            "申请人不是这户家庭的成员。请核对家庭，或先在窗口更正家庭登记。",
            field="household",
        )


def _lives_there(applicant: Person, household: Household | None, path: str) -> None:
    """The place is one of theirs."""
    places = {applicant.path, applicant.hukou_path}
    places |= {household.path, household.hukou_path} if household is not None else set()
    if path not in places:
        raise Refused(
            "not_their_place", "申请地应当是申请人或其家庭的户籍地、居住地。请重新选择。", field="path"
        )


def applied_for_elsewhere(case: Case, service: str) -> list[Person]:
    """Counted members who stand in another application for the service that is still pending."""
    counted = case.members.filter(counted=True).values("person_id")
    others = Member.objects.filter(
        person_id__in=counted, counted=True, case__service=service, case__state__in=PENDING
    )
    found = others.exclude(case=case).values("person_id")
    return list(Person.objects.filter(pk__in=found).order_by("id"))


def once(case: Case) -> None:
    """A family applies once, whichever of its members hands it in (a household is one unit, DB-2021 art. 4)."""
    counted = case.members.filter(counted=True).values("person_id")
    # The persons are locked in the order of their numbers: of two applications handed in at once, one waits.
    list(Person.objects.select_for_update().filter(pk__in=counted).order_by("id").values_list("id"))
    if case.members.filter(person_id__in=counted, person__died_on__isnull=False).exists():
        raise Refused("member_died", "登记显示有家庭成员已去世。请在家庭成员中移除后再提交。")
    if twice := applied_for_elsewhere(case, case.service):
        names = "、".join(one.name for one in twice)
        raise Refused(
            "applied_elsewhere",
            f"{names}已列入另一件正在办理的同类申请，不能重复申请。请先查看该办件的进度。",
        )


def lacks_paper(case: Case) -> bool:
    """Whether somebody acts for the applicant without a paper that still stands."""
    mandate = Mandate.objects.filter(case=case).first()
    if mandate is None:
        return False
    paper = mandate.document_id
    return paper is None or not Document.objects.filter(pk=paper, withdrawn_at=None).exists()


def leads_to(case: Case, declared: Service) -> Service | None:
    """The service whose assessment a refusal of this case becomes, if it becomes one.

    The family may have it already, or be under way there, by itself or after an earlier refusal: that goes on.
    """
    follow_on = declared.item.follow_on
    if follow_on is None or (follow_on.unless is not None and follow_on.unless(case)):
        return None
    target = catalogue.current().service(f"{declared.domain.code}.{follow_on.service}")
    same = Case.objects.filter(applicant=case.applicant, service=target.code, state__in=PENDING)
    begun = case.follow_ons.filter(service=target.code).exists() or same.exists()
    return None if begun or applied_for_elsewhere(case, target.code) else target
