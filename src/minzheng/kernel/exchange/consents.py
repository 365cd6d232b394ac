"""The letters of authorisation: signed by every capable adult, by the guardian for others, withdrawn at will.

Withdrawal is as easy as signing and has no retroactive effect (个人信息保护法 art. 15): what was answered
stays, nothing further is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, part, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.people.models import Person

from .letters import letter
from .models import Channel, Consent, Query, Verification
from .sources import basis_on
from .standing import adults_among, assisting, concerning, is_minor, written

__all__ = ["letters_signed", "missing_consents", "sign_consent", "withdraw_consent"]

_OPEN = (Verification.State.STARTED, Verification.State.PARTIAL, Verification.State.COMPLETE)


@verb("exchange.sign_consent", label="签署核对授权书")
def sign_consent(
    *,
    person: Person,
    case_id: int,
    purpose: str,
    channel: str,
    by: Actor,
    path: str = "",
    guardian: Person | None = None,
    ground: str = "",
) -> Consent:
    """The person authorises the check; signing again while a letter is in force changes nothing.

    For a grown-up who cannot act for himself the guardian signs before an officer, who writes down the ``ground`` on
    which she is his guardian (民法典 arts. 21, 28).
    """
    path = path or person.path
    concerning(person, case_id=case_id, path=path, article=str(basis_on(clock.today())))
    _check_letter(purpose=purpose, channel=channel)
    _check_signature(
        person, guardian=guardian, ground=ground, path=path, channel=channel, purpose=purpose, by=by
    )
    consent, fresh = _kept(
        person, case_id=case_id, purpose=purpose, guardian=guardian, path=path, channel=channel, by=by
    )
    note(after={"purpose": purpose, "letter": consent.version, "channel": consent.channel, "fresh": fresh})
    _resume(case_id=case_id, purpose=purpose)
    return consent


def _kept(
    person: Person, *, case_id: int, purpose: str, guardian: Person | None, path: str, channel: str, by: Actor
) -> tuple[Consent, bool]:
    """The letter in force, and whether it was signed just now."""
    wording, witnessed = letter(), by.kind is not Kind.RESIDENT
    return Consent.objects.get_or_create(
        person=person, case_id=case_id, purpose=purpose, withdrawn_at=None,
        defaults={
            "guardian": guardian, "path": path, "version": wording.version, "text_sha": wording.sha,
            "signed_at": clock.now(), "channel": channel,
            "witnessed_by": by.id if witnessed else "", "witness_name": by.name if witnessed else "",
        },
    )  # fmt: skip


def _check_letter(*, purpose: str, channel: str) -> None:
    if not purpose.strip():
        raise Refused(
            "purpose_missing", "授权书没有写明用途，不能签署。请从具体事项进入后再签署。", field="purpose"
        )
    if channel not in Channel.values:
        listed = "、".join(Channel.labels)
        raise Refused("channel_unknown", f"没有这种签署方式。请选择：{listed}。", field="channel")


def _check_signature(
    person: Person, *, guardian: Person | None, ground: str, path: str, channel: str, purpose: str, by: Actor
) -> None:
    _check_signer(person, guardian=guardian)
    if guardian is not None and not is_minor(person):
        note(reason=_ground(person, ground, by=by))
    _check_witness(person, guardian=guardian, path=path, channel=channel, purpose=purpose, by=by)


def _check_signer(person: Person, *, guardian: Person | None) -> None:
    if person.died_on is not None:
        raise Refused(
            "signer_died", f"{person.name}已登记死亡，不能签署授权书。请核对家庭成员。", field="person"
        )
    if guardian is None and is_minor(person):
        message = f"{person.name}未满18周岁，不能自己签署。请由监护人代签。"
        raise Refused("guardian_needed", message, field="guardian")
    if guardian is not None and (guardian.pk == person.pk or is_minor(guardian)):
        raise Refused("guardian_unfit", "监护人应是本人以外的成年人。请重新选择监护人。", field="guardian")


def _ground(person: Person, ground: str, *, by: Actor) -> str:
    """On what ground somebody signs for a grown-up; nobody says so of himself on a telephone."""
    if by.kind is Kind.RESIDENT:
        message = f"{person.name}已成年。无民事行为能力的成年人由监护人代签，须带监护证明到乡镇窗口办理。"
        raise NotAllowed("guardian_at_window", message)
    missing = f"{person.name}已成年，由监护人代签的须写明监护依据，如判决书或监护证明的文号。"
    return written(ground, field="ground", missing=missing)[:300]


def _check_witness(
    person: Person, *, guardian: Person | None, path: str, channel: str, purpose: str, by: Actor
) -> None:
    """A resident signs for herself or as guardian; on paper the officer who saw it stands as witness."""
    signer = guardian or person
    if by.kind is not Kind.RESIDENT:
        assisting(by, path=path, purpose=purpose)
        return
    if by.person_id != signer.pk:
        raise NotAllowed("not_the_signer", f"授权书须由{signer.name}本人签署，不能代签。请由本人登录后签署。")
    if channel == Channel.PAPER:
        raise Refused(
            "witness_needed", "纸质授权书须由工作人员见证后登记。请到乡镇窗口办理。", field="channel"
        )


def _resume(*, case_id: int, purpose: str) -> None:
    """A check that waited for this letter goes on when no other is missing."""
    waiting = Verification.objects.select_for_update().filter(
        case_id=case_id, purpose=purpose, state=Verification.State.AWAITING
    )
    for verification in waiting:
        members = list(Person.objects.filter(pk__in=verification.member_ids))
        if missing_consents(case_id=case_id, adults=adults_among(members), purpose=purpose):
            continue
        verification.state = Verification.State.STARTED
        verification.save(update_fields=["state"])
        part("exchange.resume", verification=verification.pk)


@verb("exchange.withdraw_consent", label="撤回核对授权")
def withdraw_consent(*, consent: Consent, by: Actor, reason: str = "") -> Consent:
    """From now on nothing more is asked about the person; a running check waits for a new letter."""
    consent = Consent.objects.select_for_update().get(pk=consent.pk)
    concerning(consent, case_id=consent.case_id, path=consent.path)
    note(reason=reason or None)
    if by.kind is Kind.RESIDENT:
        if by.person_id not in {consent.person_id, consent.guardian_id}:
            raise NotAllowed("not_the_signer", "只有签署人本人可以撤回授权。请由本人登录后办理。")
    else:
        assisting(by, path=consent.path, purpose=consent.purpose)
    if consent.withdrawn_at is not None:
        raise Refused("consent_withdrawn", "这份授权已经撤回，不必再次办理。")
    consent.withdrawn_at = clock.now()
    consent.save(update_fields=["withdrawn_at"])
    _hold(consent)
    return consent


def _hold(consent: Consent) -> None:
    running = Verification.objects.select_for_update().filter(
        case_id=consent.case_id, purpose=consent.purpose, state__in=_OPEN,
        member_ids__contains=[consent.person_id],
    )  # fmt: skip
    for verification in running:
        unasked = verification.queries.filter(
            round=verification.round, state__in=[Query.State.PENDING, Query.State.FAILED, Query.State.LATE]
        )
        if unasked.exists():
            verification.state = Verification.State.AWAITING
            verification.save(update_fields=["state"])
            part("exchange.hold", verification=verification.pk)


def missing_consents(*, case_id: int, adults: Sequence[Person], purpose: str) -> list[Person]:
    """Those of the adults whose letter for this case and purpose is not in force."""
    signed = set(
        Consent.objects.filter(
            case_id=case_id, purpose=purpose, withdrawn_at=None, person__in=adults
        ).values_list("person_id", flat=True)
    )
    return [person for person in adults if person.pk not in signed]


def letters_signed(*, case_id: int, purpose: str) -> set[str]:
    """The wordings under which the letters now in force were signed."""
    current = Consent.objects.filter(case_id=case_id, purpose=purpose, withdrawn_at=None)
    return set(current.values_list("version", flat=True))
