"""What can be wrong with a declaration, each said as one sentence that names the domain and the cure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from minzheng.kernel import declare

from .checks_closed import closed
from .checks_counter import about_counters
from .checks_events import decided, reacting
from .checks_funds import funded, paid
from .checks_houses import housed, supervised
from .checks_kept import kept, posted
from .checks_outdoors import outdoors
from .checks_plans import carried, measured, planned
from .checks_visits import going_round, matching, scoring, teaching
from .checks_watching import exchanging, watching

__all__ = ["mistakes"]


def mistakes(domains: tuple[declare.Domain, ...]) -> list[str]:
    """Every mistake in every domain; an empty list means the catalogue can be frozen."""
    found = [f"two domains are called {code!r}" for code in _twice(d.code for d in domains)]
    services = {f"{d.code}.{s.code}" for d in domains for s in d.services}
    for domain in domains:
        found += [f"{domain.code}: {text}" for text in _domain(domain, services)]
    found += [*about_counters(domains), *decided(domains)]
    targets = {target.code for domain in domains for plan in domain.plans for target in plan.targets}
    for domain in domains:
        for measure in domain.indicators:
            found += [
                f"{domain.code}: indicator {measure.code!r} serves {code!r}, which no plan names"
                for code in measure.serves
                if targets and code not in targets
            ]
    return found


def _twice(codes: Iterable[str]) -> list[str]:
    return [code for code, times in Counter(codes).items() if times > 1]


def _domain(domain: declare.Domain, services: set[str]) -> Iterator[str]:
    rooms = (
        "roles", "services", "schemes", "registers", "visits", "samplings", "indicators", "screenings", "reserves",
        "purchasings", "subsidies", "disclosures", "grants", "reactions", "milestones", "monitors", "extracts",
        "plans", "rounds", "scored", "facilities", "supervisions", "matchings", "learnings", "publicities",
    )  # fmt: skip
    for room in rooms:
        for code in _twice(item.code for item in getattr(domain, room)):
            yield f"{room} lists {code!r} twice; give each its own code"
    for service in (*domain.services, *domain.former):
        for text in _service(service, domain, services):
            yield f"service {service.code!r}: {text}"
    offered = {f"{one.code} {one.version}" for one in domain.services}
    for version in _twice([*offered, *(f"{one.code} {one.version}" for one in domain.former)]):
        yield f"service version {version!r} is kept twice; give the changed service a new version"
    for one in domain.former:
        if one.code not in {service.code for service in domain.services}:
            yield f"former service {one.code!r} has no version that is offered now"
    yield from _reviews(domain)
    yield from _granted(domain)
    yield from _worked(domain, services)


def _granted(domain: declare.Domain) -> Iterator[str]:
    """What is handed out is a field of a question that the domain answers, for a named purpose, within a quota."""
    for one in domain.grants:
        if one.disclosure not in domain.disclosures:
            yield f"grant {one.code!r} is for a question that the domain does not list"
        if strange := sorted(set(one.fields) - set(one.disclosure.fields)) or (
            [] if one.fields else ["none"]
        ):
            yield f"grant {one.code!r} names the field {strange[0]!r}, which its question does not have"
        if not one.purposes or one.per_day < 1 or not one.document.strip():
            yield f"grant {one.code!r} needs a purpose, a daily quota of at least one, and its document"


def _reviews(domain: declare.Domain) -> Iterator[str]:
    """What an office looks at again is a service of its own, and a review says which."""
    known = {service.code for service in domain.services}
    for service in domain.services:
        for code in service.reviews:
            if code not in known:
                yield f"service {service.code!r} reviews {code!r}, which the domain does not list"
        if service.offered == "office" and not service.reviews:
            yield f"service {service.code!r} is begun by the office but names no service that it reviews"


def _worked(domain: declare.Domain, services: set[str]) -> Iterator[str]:
    """Whoever pays, visits, samples, reads, counts or releases is one of the domain's own."""
    for scheme in domain.schemes:
        yield from _roles(f"scheme {scheme.code!r}", (scheme.prepared_by, scheme.reviewed_by), domain)
    for visit in domain.visits:
        yield from _roles(f"visit {visit.code!r}", (visit.by,), domain)
    for sampling in domain.samplings:
        yield from _roles(f"sampling {sampling.code!r}", (sampling.by, sampling.answered_by), domain)
        if f"{domain.code}.{sampling.service}" not in services:
            yield f"sampling {sampling.code!r} names a service the domain does not list"
    yield from kept(domain)
    yield from posted(domain)
    registers = {register.code: register for register in domain.registers}
    for measure in domain.indicators:
        yield from _counted(measure, registers)
        yield from measured(measure)
    yield from _further(domain)


def _further(domain: declare.Domain) -> Iterator[str]:
    """What the later rooms declare, each by its own check."""
    for role in domain.roles:
        yield from _roles(f"role {role.code!r}", role.apart_from, domain)
    for screening in domain.screenings:
        yield from _screening(screening)
    yield from funded(domain)
    for subsidy in domain.subsidies:
        yield from _subsidy(subsidy, domain)
    yield from reacting(domain)
    yield from closed(domain)
    yield from watching(domain)
    yield from outdoors(domain)
    yield from exchanging(domain)
    yield from going_round(domain)
    yield from scoring(domain)
    yield from teaching(domain)
    yield from matching(domain)
    if domain.listening is not None:
        yield from _roles("listening", domain.listening.roles, domain)
    yield from planned(domain)
    yield from carried(domain)
    yield from housed(domain)
    yield from supervised(domain)
    if domain.simulated is not None:
        yield from _simulated(domain.simulated, domain)


def _subsidy(subsidy: declare.Subsidy, domain: declare.Domain) -> Iterator[str]:
    """What is paid by a list is a scheme's; whoever starts it is held above the county, which pays."""
    what = f"subsidy {subsidy.code!r}"
    yield from _roles(
        what,
        (*subsidy.declared_by, *subsidy.checked_by, *subsidy.carried_out_by, *subsidy.confirmed_by),
        domain,
    )
    if subsidy.scheme not in domain.schemes:
        yield f"{what} is paid by {subsidy.scheme.code!r}, which is no scheme of the domain"
    if subsidy.started_by == "month":
        if not subsidy.confirmed_by:
            yield f"{what} is paid by itself; name the roles that confirm an account with its owner"
    elif not subsidy.declared_by or any(role.at >= declare.COUNTY for role in subsidy.declared_by):
        yield f"{what} must be started by a role held above the county"
    if subsidy.started_by == "index" and not subsidy.checked_by:
        yield f"{what} starts by an index; name the roles that check its figures"


def _simulated(simulated: declare.Simulated, domain: declare.Domain) -> Iterator[str]:
    """What is paid is a scheme's; duties are held where standards are set; alternatives reckon the same things."""
    yield from _roles("simulated", (*simulated.drafted_by, *simulated.signed_by), domain)
    for role in (*simulated.drafted_by, *simulated.signed_by):
        if role.at > declare.COUNTY:
            yield f"simulated: role {role.code!r} is held below the county, where no standard is set"
    schemes, codes = {scheme.code for scheme in domain.schemes}, [one.code for one in simulated.reckoned]
    for code in _twice(codes):
        yield f"simulated reckons {code!r} twice"
    for one in simulated.reckoned:
        if one.carried_out and one.code not in schemes:
            yield f"simulated reckons an amount for {one.code!r}, which is no scheme of the domain"
    for other in simulated.alternatives:
        if [one.code for one in other.reckoned] != codes:
            yield f"alternative {other.code!r} must reckon the same things in the same order"


def _screening(screening: declare.Screening) -> Iterator[str]:
    """Its questions ask every field of its form once; it is open to anybody, so no numbers of persons are asked."""
    what, asked = f"screening {screening.code!r}", [code for q in screening.questions for code in q.fields]
    if sorted(asked) != sorted(one.code for one in screening.form.fields):
        yield f"{what} must ask each field of its form in exactly one question"
    if screening.form.sealed_codes:
        yield f"{what} asks {min(screening.form.sealed_codes)!r}; a screening never asks for personal numbers"


def _counted(measure: declare.Indicator, registers: Mapping[str, declare.Register]) -> Iterator[str]:
    """What a number on a board leads to must be there to be opened."""
    if measure.register and measure.register not in registers:
        yield f"indicator {measure.code!r} leads to register {measure.register!r}, which the domain does not list"
        return
    columns = {column.code for column in registers[measure.register].columns} if measure.register else set()
    for column in measure.where:
        if column not in columns:
            yield f"indicator {measure.code!r} filters by {column!r}, which its register does not show"


def _roles(what: str, roles: Iterable[declare.Role], domain: declare.Domain) -> Iterator[str]:
    for role in roles:
        if role not in domain.roles:
            yield f"{what} names a role the domain does not list: {role.code!r}; add it to roles"


def _service(service: declare.Service, domain: declare.Domain, services: set[str]) -> Iterator[str]:
    steps = service.steps
    codes = [step.code for step in steps]
    for code in _twice(codes):
        yield f"step {code!r} stands twice"
    if not steps or not isinstance(steps[0], declare.Acceptance):
        yield "the first step must be an Acceptance"
    if sum(isinstance(step, declare.Deciding) for step in steps) != 1:
        yield "there must be exactly one Deciding step"
    for at, step in enumerate(steps):
        yield from _step(step, codes, at, domain)
    if service.scheme is not None and service.scheme not in domain.schemes:
        yield f"its scheme {service.scheme.code!r} is not listed in the domain's schemes"
    if service.follow_on is not None:
        yield from _follow_on(service.follow_on, domain, services)
    yield from _roles("proxy", service.proxy, domain)
    if service.reviewed_by is not None:
        yield from _roles("reviewed_by", (service.reviewed_by,), domain)


def _step(step: declare.Step, codes: list[str], at: int, domain: declare.Domain) -> Iterator[str]:
    yield from _roles(f"step {step.code!r}", (step.by,), domain)
    for before in step.after:
        if before not in codes[:at]:
            yield f"step {step.code!r} comes after {before!r}, which is not an earlier step"
    for code in _twice(outcome.code for outcome in step.outcomes):
        yield f"step {step.code!r} has two outcomes {code!r}"
    for outcome in step.outcomes:
        if outcome.then == "return" and outcome.to not in codes[: at + 1]:
            yield f"step {step.code!r} returns to {outcome.to!r}, which is not an earlier step"
        if outcome.then == "advance" and outcome.to and outcome.to not in codes[at + 1 :]:
            yield f"step {step.code!r} goes on to {outcome.to!r}, which is not a later step"
        if outcome.begins and outcome.begins not in {service.code for service in domain.services}:
            yield f"step {step.code!r} begins service {outcome.begins!r}, which the domain does not list"
    ends = {outcome.then for outcome in step.outcomes}
    if isinstance(step, declare.Deciding):
        yield from _deciding(step, ends, domain)
    elif ends & {"grant", "refuse"}:
        yield f"step {step.code!r} grants or refuses, so it must be declared as Deciding"
    elif not ends & {"advance", "close"}:
        yield f"step {step.code!r} has no way out; give it an outcome that advances"
    if step.evidence is not None and step.evidence.sealed_codes:
        yield f"step {step.code!r}: evidence cannot hold sealed fields; keep numbers in the application form"
    if isinstance(step, declare.Paying):
        yield from paid(step, codes[:at], domain)
    if isinstance(step, declare.Posting) and not step.publicity_term:
        yield f"step {step.code!r} posts a notice but names no publicity_term"


def _deciding(step: declare.Deciding, ends: Collection[str], domain: declare.Domain) -> Iterator[str]:
    if not {"grant", "refuse"} <= set(ends):
        yield f"step {step.code!r} decides, so it needs an outcome that grants and one that refuses"
    if (step.or_by is None) != (step.decided_by == ""):
        yield f"step {step.code!r}: or_by and decided_by go together"
    if step.or_by is not None:
        yield from _roles(f"step {step.code!r}", (step.or_by,), domain)


def _follow_on(follow_on: declare.FollowOn, domain: declare.Domain, services: set[str]) -> Iterator[str]:
    if f"{domain.code}.{follow_on.service}" not in services:
        yield f"a refusal becomes {follow_on.service!r}, which the domain does not list"
        return
    target = next(s for s in domain.services if s.code == follow_on.service)
    for code in follow_on.keeps:
        if code not in {step.code for step in target.steps}:
            yield f"a refusal keeps step {code!r}, which {follow_on.service!r} does not have"
