"""What a level asks for, what is missing of it, and how that is said. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Literal, get_args
from uuid import UUID

from msgspec import Struct

from backend.core import Problem, decimal_of

Measure = Literal[
    "turnover_12m",
    "retention",
    "environment_mix",
    "certified_people",
    "references",
    "training_done",
    "support_contract",
]
"""Turnover: what was used at list price and what was sold, in euro cents, net of refunds and of
VAT; at list price, so that a better discount costs nobody its level. Retention: of the end
customers of twelve months, those of the last three, in basis points. Mix: of the use at list
price, the part in enterprise and critical environments, in basis points. The others are counts."""

MEASURES: tuple[Measure, ...] = get_args(Measure)
RATIOS = {"retention", "environment_mix"}

RunKind = Literal["quarterly", "promotions"]

Follows = Literal[
    "keep", "promote", "announce", "announce_anew", "cancel", "cancel_and_promote", "left"
]


class Point(Struct, frozen=True):
    """One requirement of one level and what was measured; None: there was nothing to measure."""

    level: str
    measure: Measure
    at_least: int
    value: int | None

    @property
    def missing(self) -> int:
        """How much more is needed; 0 if it is met."""
        return max(self.at_least - (self.value or 0), 0)


class Scorecard(Struct, frozen=True):
    """One evaluation of one organisation, with every point of it."""

    id: UUID
    organisation_id: UUID
    programme: str
    kind: RunKind
    from_on: date
    to_on: date
    evaluated_at: datetime
    held: str
    level: str
    follows: Follows | None
    points: Sequence[Point]


class Evaluated(Struct, frozen=True):
    """What one run came to."""

    run_id: UUID
    organisations: int
    follows: Mapping[str, int]


class MeasureName(Struct, frozen=True):
    """How people call a measure."""

    code: Measure
    unit: Literal["money", "bp", "count"]
    name_fr: str
    name_en: str


class BadRequirements(Problem):
    status = 422
    code = "bad-requirements"
    title = "These requirements cannot be"


class RequirementsTooLate(Problem):
    code = "requirements-too-late"
    title = "Requirements begin in the future"


class RequirementsTaken(Problem):
    code = "requirements-taken"
    title = "Others begin at that moment"


class NoRequirements(Problem):
    code = "no-requirements"
    title = "The programme's levels ask for nothing that is measured"


class ScorecardUnknown(Problem):
    status = 404
    code = "scorecard-unknown"
    title = "There is no such scorecard"


class RunUnknown(Problem):
    status = 404
    code = "evaluation-unknown"
    title = "There is no such evaluation"


def check_requirements(wanted: Mapping[tuple[str, Measure], int], levels: Sequence[str]) -> None:
    """The lowest level asks for nothing, each one above for something, and a higher one never for
    less. `levels` from the lowest on.

    Raises:
        BadRequirements: names the level and the measure.
    """
    if not wanted:
        raise BadRequirements("Give at least one requirement.")
    for (level, measure), at_least in wanted.items():
        if level not in levels[1:]:
            raise BadRequirements(
                f"{level} asks for {measure}: only {', '.join(levels[1:])} can ask for something."
            )
        most = 10_000 if measure in RATIOS else 10**15
        if not 1 <= at_least <= most:
            raise BadRequirements(f"{level} asks for {at_least} of {measure}: give 1 to {most}.")
    for level in levels[1:]:
        if not any(one == level for one, _ in wanted):
            raise BadRequirements(f"{level} asks for nothing: everybody would hold it.")
    for lower, higher in pairwise(levels[1:]):
        for measure in MEASURES:
            least = wanted.get((lower, measure), 0)
            if wanted.get((higher, measure), 0) < least:
                raise BadRequirements(
                    f"{higher} asks for less {measure} than {lower}, which asks for {least}."
                )


def level_of(points: Sequence[Point], levels: Sequence[str]) -> str:
    """The highest level of which every requirement is met; else the lowest (R-02)."""
    found = levels[0]
    for level in levels[1:]:
        asked = [point for point in points if point.level == level]
        if asked and all(point.missing == 0 for point in asked):
            found = level
    return found


def reason_of(
    points: Sequence[Point], held: str, level: str, names: Mapping[str, MeasureName], language: str
) -> str:
    """Why an evaluation moves a level, as the organisation reads it."""
    french = language == "fr"
    missing = [point for point in points if point.level == held and point.missing]
    if not missing or level == held:
        return (
            "Toutes les conditions de ce niveau sont remplies."
            if french
            else "All conditions of this level are met."
        )
    told = []
    for point in missing:
        name = names[point.measure]
        said = name.name_fr if french else name.name_en
        colon = " : " if french else ": "
        value, needed = (
            _figure(minor, name.unit, french=french) for minor in (point.value or 0, point.at_least)
        )
        told.append(f"{said}{colon}{value} / {needed}")
    return ("Il manque : " + " ; ".join(told) if french else "Missing: " + "; ".join(told)) + "."


def _figure(value: int, unit: str, *, french: bool) -> str:
    if unit == "count":
        return str(value)
    whole, _, cents = decimal_of(value, "EUR").partition(".")
    if french:
        text = f"{int(whole):,},{cents}".replace(",", "\u00a0", f"{int(whole):,}".count(","))
    else:
        text = f"{int(whole):,}.{cents}"
    return f"{text}\u00a0€" if unit == "money" else f"{text}\u00a0%"
