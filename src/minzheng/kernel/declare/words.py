"""The words themselves.  Each is a frozen value; the catalogue checks them together at start-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from minzheng.kernel.law.changes import Question

from .counter import Counter
from .disclosing import Disclosure, Grant
from .extracting import Extract
from .forms import Form
from .funding import Purchasing, Reserve
from .happening import EventDuties, Milestone, Reaction
from .housing import Facilities, Network
from .inspecting import Supervision
from .keeping import Register
from .listening import Listening
from .matching import Matching
from .measuring import Indicator
from .monitoring import Monitor
from .planning import Carried, Plan
from .publishing import Publicity
from .releasing import Simulated
from .screening import Screening
from .situations import Situation
from .steps import Role, Step
from .subsidising import Subsidy
from .teaching import Learning
from .visiting import Instrument, Rounds

if TYPE_CHECKING:
    from minzheng.kernel.profiles.words import Profiles

__all__ = [
    "Determination", "Domain", "FollowOn", "Guide", "Material", "Sampling", "Scheme", "Service", "Situation", "Terms",
    "Visit",
]  # fmt: skip


@dataclass(frozen=True)
class Terms:
    """Parameter keys of the limit of the whole case: ordinary, special, and when confirmation is delegated."""

    ordinary: str
    special: str = ""
    delegated: str = ""


@dataclass(frozen=True)
class Material:
    """A paper or a fact.  What ``system`` can supply is never asked of the applicant (社会救助法 art. 62)."""

    code: str
    label: str
    source: Literal["system", "applicant", "signed"]
    required: bool = True
    from_source: str = ""
    help: str = ""


@dataclass(frozen=True)
class Guide:
    """What a resident reads before applying."""

    summary: str
    who: tuple[str, ...]
    get: tuple[str, ...]
    how_long: str
    where: str
    questions: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scheme:
    """A benefit (保障项目): who is paid, in which exclusive group, and who prepares and reviews its batches."""

    code: str
    label: str
    beneficiary: Literal["household", "person"]
    prepared_by: Role
    reviewed_by: Role
    exclusive_group: str = ""
    unit: str = "元/月"
    basis: object = None
    # Whether names and amounts may hang in the village; what children receive never does (未成年人保护法 art. 4).
    published: bool = False

    @property
    def once(self) -> bool:
        """Whether it is granted as a sum, not by the month."""
        return self.unit == "元/次"


class Determination(Protocol):
    """What the law says of one case; see ``kernel.law``."""

    @property
    def eligible(self) -> Any:
        """The finding on which grant or refusal turns."""

    @property
    def findings(self) -> Iterable[Any]:
        """Every finding, in the order of the letter."""

    @property
    def amount(self) -> int | None:
        """Fen a month; 0 where the service pays nothing, None while it is not known."""

    @property
    def members(self) -> int | None:
        """How many persons the law counts; None while that is not known."""

    @property
    def rule_set(self) -> str:
        """Code of the rule set in force on the day of decision."""

    def to_json(self) -> dict[str, Any]:
        """The trace stored with the decision."""


@dataclass(frozen=True)
class FollowOn:
    """What a refusal becomes without new papers (一次申请、分类审核认定); the named steps are carried over.

    ``beside``: both may be asked for at once, as they are of different people (a person's, the household's).
    ``unless(case)``: the family has it already, so a refusal leads nowhere.
    """

    service: str
    keeps: tuple[str, ...]
    beside: bool = False
    unless: Callable[[Any], bool] | None = None


@dataclass(frozen=True)
class Service:
    """A service item (事项): what is asked, of whom, who does what by when, and what comes of it.

    ``facts(case)`` gathers what the rules read, ``determine(facts, parameters, path=, on=)`` applies them, and
    ``payload(case, determination, on=, granted=)`` says what the decision carries out; it is frozen with it.
    ``asks`` is what may be asked again with other facts.
    ``warns(case)`` names what an officer should look at twice; a warning never stops anything.
    ``on_grant`` and ``on_refuse`` take ``(case, decision, by=)``.  ``offered`` says who starts it: the public, an
    office (a review), or a refusal that becomes this service's assessment.  ``reviews`` are the services whose
    grants a review looks at again.
    """

    code: str
    label: str
    situation: Situation
    basis: tuple[object, ...]
    guide: Guide
    form: Form
    member_form: Form
    materials: tuple[Material, ...]
    steps: tuple[Step, ...]
    within: Terms
    consent: str
    facts: Callable[..., Any]
    determine: Callable[..., Determination]
    payload: Callable[..., Mapping[str, Any]]
    asks: Question | None = None
    scheme: Scheme | None = None
    warns: Callable[..., Sequence[str]] | None = None
    on_grant: Callable[..., None] | None = None
    on_refuse: Callable[..., None] | None = None
    follow_on: FollowOn | None = None
    proxy: tuple[Role, ...] = ()
    reviewed_by: Role | None = None
    offered: Literal["public", "office", "follow_on"] = "public"
    reviews: tuple[str, ...] = ()
    # Where it is applied for: where one lives, or wherever the emergency happens (急难发生地).
    place: Literal["home", "event"] = "home"
    version: str = "1"
    # Other life situations in which people look for it.
    also: tuple[Situation, ...] = ()
    # The closed compartment in which its cases lie: seen only by whoever holds a role of it over the place.
    compartment: str = ""

    @property
    def per(self) -> str:
        """How its amount is paid, as people read it."""
        return "一次性" if self.scheme is not None and self.scheme.once else "每月"


@dataclass(frozen=True)
class Visit:
    """A visit to a home (走访): what is recorded, by whom, and when it raises a lead."""

    code: str
    label: str
    by: Role
    form: Form
    lead_when: Callable[[Mapping[str, Any]], bool]
    basis: object = None


@dataclass(frozen=True)
class Sampling:
    """A higher level draws decided files at random and has what is faulty put right (抽查).

    ``least_share`` is the dated parameter below which a draw may not fall.
    """

    code: str
    label: str
    service: str
    by: Role
    answered_by: Role
    form: Form
    rectify_term: str
    least_share: str = ""
    basis: object = None


@dataclass(frozen=True)
class Domain:
    """Everything one office does, as one value."""

    code: str
    label: str
    folder: Path
    roles: tuple[Role, ...] = ()
    services: tuple[Service, ...] = ()
    # Versions no longer offered, kept for the cases that were accepted under them.
    former: tuple[Service, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    registers: tuple[Register, ...] = ()
    visits: tuple[Visit, ...] = ()
    samplings: tuple[Sampling, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    instruments: tuple[object, ...] = ()
    # What the office last knows of each household, in columns, where its rules decide many at once.
    profiles: Profiles | None = None
    simulated: Simulated | None = None
    screenings: tuple[Screening, ...] = ()
    reserves: tuple[Reserve, ...] = ()
    purchasings: tuple[Purchasing, ...] = ()
    subsidies: tuple[Subsidy, ...] = ()
    # What other departments may ask about a person, and which of them may.
    disclosures: tuple[Disclosure, ...] = ()
    grants: tuple[Grant, ...] = ()
    # What is done when something happens in a life, and who works with such events.
    reactions: tuple[Reaction, ...] = ()
    event_duties: EventDuties | None = None
    milestones: tuple[Milestone, ...] = ()
    # Who is watched and warned of; files of agreed shape that another system sends and is sent.
    monitors: tuple[Monitor, ...] = ()
    extracts: tuple[Extract, ...] = ()
    # Who hears what people say of the service.
    listening: Listening | None = None
    # What the office brings to the one door of the township.
    counter: Counter | None = None
    # A plan that the office watches; and what of a plan, whoever watches it, the office carries out.
    plans: tuple[Plan, ...] = ()
    carries: tuple[Carried, ...] = ()
    # Whom the office goes to see again and again; what it scores.
    rounds: tuple[Rounds, ...] = ()
    scored: tuple[Instrument, ...] = ()
    # What people need at home, and who may serve it.
    matchings: tuple[Matching, ...] = ()
    # What people may learn from it at their own pace.
    learnings: tuple[Learning, ...] = ()
    # Which results of its registers hang on the public board before they stand.
    publicities: tuple[Publicity, ...] = ()
    # The houses it looks after, with the places in them and who stays there.
    facilities: tuple[Facilities, ...] = ()
    networks: tuple[Network, ...] = ()
    # Whom it inspects, by which lists, and how a draw decides whom next.
    supervisions: tuple[Supervision, ...] = ()
    # Who decides whether two files are one person's, each over the own place.
    stewards: tuple[Role, ...] = ()
    # Who releases lists with full personal numbers, and sees who opened which masked field and why.
    overseers: tuple[Role, ...] = ()
