"""What is kept of a plan beside what registers count: given figures, county parts, projects, problems, opinions."""

from .checked import Confirmation, CrossCheck, Dispute
from .figures import CountyPart, Reported
from .reports import Adjustment, Evaluation, Review
from .third import ReviewCorrection, SampleFinding
from .works import Milestone, Opinion, Problem, Project
from .yearly import YearReview

__all__ = [
    "Adjustment", "Confirmation", "CountyPart", "CrossCheck", "Dispute", "Evaluation", "Milestone", "Opinion",
    "Problem", "Project", "Reported", "Review", "ReviewCorrection", "SampleFinding", "YearReview",
]  # fmt: skip
