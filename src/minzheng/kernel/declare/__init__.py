"""The vocabulary in which an office is described: roles, forms, services, steps, schemes, indicators.

A domain is a value: ``domain.py`` builds one ``Domain`` out of these words and does nothing else.
"""

from minzheng.kernel.areas.levels import Level

from .counter import Counter, Department, Need
from .disclosing import Disclosure, Grant
from .extracting import EXTRACT_CHANGES, Extract, ExtractField, Wrong
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
from .listening import Listening
from .measuring import Indicator, PerUnit, Tally, Units
from .monitoring import WARNING_RESULTS, Found, Monitor, Warned, Window
from .planning import Ambiguity, Carried, Plan, PlanDuties, Programme, Section, Target, carried
from .releasing import Alternative, Floor, Reckoned, Simulated
from .screening import Offer, Question, Registered, Screened, Screening, Standing
from .situations import Situation
from .steps import Acceptance, Deciding, Outcome, Paying, Posting, Role, Serving, Step, Verification
from .subsidising import Rates, Subsidy
from .words import (
    Column,
    Determination,
    Domain,
    FollowOn,
    Guide,
    Material,
    Register,
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
    "TOWNSHIP",
    "VILLAGE",
    "WARNING_RESULTS",
    "Acceptance",
    "Account",
    "Alternative",
    "Ambiguity",
    "Answers",
    "Ask",
    "Carried",
    "Choice",
    "Column",
    "Counter",
    "Day",
    "Deciding",
    "Department",
    "Determination",
    "Disclosure",
    "Domain",
    "EventDuties",
    "EventKind",
    "Extract",
    "ExtractField",
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
    "Level",
    "Listening",
    "Material",
    "Milestone",
    "Money",
    "Monitor",
    "Need",
    "Number",
    "Offer",
    "Outcome",
    "Paying",
    "PerUnit",
    "Phone",
    "Photo",
    "Plan",
    "PlanDuties",
    "Posting",
    "Programme",
    "Purchasing",
    "Question",
    "Rates",
    "Reacted",
    "Reaction",
    "Reckoned",
    "Register",
    "Registered",
    "Reserve",
    "Role",
    "Rows",
    "Sampling",
    "Scheme",
    "Screened",
    "Screening",
    "Section",
    "Service",
    "Serving",
    "Simulated",
    "Situation",
    "Standing",
    "Step",
    "Subsidy",
    "Tally",
    "Target",
    "Terms",
    "Text",
    "Units",
    "Verification",
    "Visit",
    "Warned",
    "Window",
    "Wrong",
    "YesNo",
    "carried",
]
