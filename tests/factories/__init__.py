"""The one cast, the real places and the made-up people that every test shares."""

from .cast import Cast, actor, cast, resident_of, staff, user_of
from .people import a_number, household, person
from .places import NEXT_COUNTY, NONGAN, Seat, place, place_named

__all__ = [
    "NEXT_COUNTY",
    "NONGAN",
    "Cast",
    "Seat",
    "a_number",
    "actor",
    "cast",
    "household",
    "person",
    "place",
    "place_named",
    "resident_of",
    "staff",
    "user_of",
]
