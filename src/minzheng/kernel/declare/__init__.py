"""The vocabulary in which an office is described: roles, forms, services, steps, schemes, indicators.

A domain is a value: ``domain.py`` builds one ``Domain`` out of these words and does nothing else.
"""

from minzheng.kernel.areas.levels import Level

from .counter import Counter, Department, Need
from .disclosing import Disclosure, Grant
from .extracting import EXTRACT_CHANGES, Extract, ExtractField, Linking, LooseRecord, WholeList, Wrong
from .forms import (
    Account,
    Answers,
    Choice,
    Day,
    Field,
    Form,
    IdNumber,
    Money,
    Number,
    Phone,
    Photo,
    Rows,
    Text,
    YesNo,
)
from .funding import Purchasing, Reserve
from .happening import (
    EVENT_KINDS,
    EVENT_SOURCES,
    Ask,
    EventDuties,
    EventKind,
    Happened,
    Milestone,
    Reacted,
    Reaction,
)
from .housing import Facilities, Measured, Network, Tier
from .inspecting import Checklist, Clause, Subject, Supervision
from .keeping import ByFile, Column, Deed, Lines, Made, Register
from .listening import Listening
from .matching import Matching, Vouchers
from .measuring import Indicator, PerUnit, Spans, Tally, Units
from .monitoring import WARNING_RESULTS, Found, Monitor, Warned, Window
from .outdoors import Outdoors
from .planning import Ambiguity, Carried, Plan, PlanDuties, Programme, Section, Target, carried
from .publishing import Publicity, Publicized
from .releasing import Alternative, Floor, Reckoned, Simulated
from .screening import Offer, Question, Registered, Screened, Screening, Standing
from .situations import Situation
from .steps import Acceptance, Deciding, Outcome, Paying, Posting, Role, Serving, Step, Verification
from .subsidising import Rates, Subsidy
from .teaching import Exam, Learning
from .visiting import SEEN, Instrument, Risk, Rounds, RoundsCall, Rung, Scored, ScoreItem, SeenItem
from .words import (
    Determination,
    Domain,
    FollowOn,
    Guide,
    Material,
    Sampling,
    Scheme,
    Service,
    Terms,
    Visit,
)

CITY, COUNTY, PROVINCE, TOWNSHIP, VILLAGE = (
    Level.CITY,
    Level.COUNTY,
    Level.PROVINCE,
    Level.TOWNSHIP,
    Level.VILLAGE,
)

__all__ = [
    "CITY",
    "COUNTY",
    "EVENT_KINDS",
    "EVENT_SOURCES",
    "EXTRACT_CHANGES",
    "PROVINCE",
    "SEEN",
    "TOWNSHIP",
    "VILLAGE",
    "WARNING_RESULTS",
    "Acceptance",
    "Account",
    "Alternative",
    "Ambiguity",
    "Answers",
    "Ask",
    "ByFile",
    "Carried",
    "Checklist",
    "Choice",
    "Clause",
    "Column",
    "Counter",
    "Day",
    "Deciding",
    "Deed",
    "Department",
    "Determination",
    "Disclosure",
    "Domain",
    "EventDuties",
    "EventKind",
    "Exam",
    "Extract",
    "ExtractField",
    "Facilities",
    "Field",
    "Floor",
    "FollowOn",
    "Form",
    "Found",
    "Grant",
    "Guide",
    "Happened",
    "IdNumber",
    "Indicator",
    "Instrument",
    "Learning",
    "Level",
    "Lines",
    "Linking",
    "Listening",
    "LooseRecord",
    "Made",
    "Matching",
    "Material",
    "Measured",
    "Milestone",
    "Money",
    "Monitor",
    "Need",
    "Network",
    "Number",
    "Offer",
    "Outcome",
    "Outdoors",
    "Paying",
    "PerUnit",
    "Phone",
    "Photo",
    "Plan",
    "PlanDuties",
    "Posting",
    "Programme",
    "Publicity",
    "Publicized",
    "Purchasing",
    "Question",
    "Rates",
    "Reacted",
    "Reaction",
    "Reckoned",
    "Register",
    "Registered",
    "Reserve",
    "Risk",
    "Role",
    "Rounds",
    "RoundsCall",
    "Rows",
    "Rung",
    "Sampling",
    "Scheme",
    "ScoreItem",
    "Scored",
    "Screened",
    "Screening",
    "Section",
    "SeenItem",
    "Service",
    "Serving",
    "Simulated",
    "Situation",
    "Spans",
    "Standing",
    "Step",
    "Subject",
    "Subsidy",
    "Supervision",
    "Tally",
    "Target",
    "Terms",
    "Text",
    "Tier",
    "Units",
    "Verification",
    "Visit",
    "Vouchers",
    "Warned",
    "WholeList",
    "Window",
    "Wrong",
    "YesNo",
    "carried",
]
