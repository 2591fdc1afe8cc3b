"""Scorecards: what levels ask for, measured from the partner's own sales, charges and people.

Once a quarter everybody is measured and every point kept with its reason; `programmes` does what
follows. Requirements begin on announced dates. The portal shows what is missing for the next
level.
"""

from backend.scorecards.actions import announce_requirements, evaluate, settle
from backend.scorecards.jobs import evaluate_levels
from backend.scorecards.queries import (
    list_scorecards,
    measure,
    measure_names,
    progress,
    read_scorecard,
    requirements_at,
)
from backend.scorecards.requests import run_requests
from backend.scorecards.rules import (
    MEASURES,
    BadRequirements,
    Evaluated,
    Measure,
    MeasureName,
    NoRequirements,
    Point,
    RequirementsTaken,
    RequirementsTooLate,
    RunKind,
    RunUnknown,
    Scorecard,
    ScorecardUnknown,
)
from backend.scorecards.runs import Foreseen, Foresight, foresee, read_run

__all__ = [
    "MEASURES",
    "BadRequirements",
    "Evaluated",
    "Foreseen",
    "Foresight",
    "Measure",
    "MeasureName",
    "NoRequirements",
    "Point",
    "RequirementsTaken",
    "RequirementsTooLate",
    "RunKind",
    "RunUnknown",
    "Scorecard",
    "ScorecardUnknown",
    "announce_requirements",
    "evaluate",
    "evaluate_levels",
    "foresee",
    "list_scorecards",
    "measure",
    "measure_names",
    "progress",
    "read_run",
    "read_scorecard",
    "requirements_at",
    "run_requests",
    "settle",
]
