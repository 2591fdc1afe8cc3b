"""Start-ups: a young company applies, is given credits once, grows, and graduates to an editor.

The programme itself is one of `programmes`, its lists are `checklists`, its credits `charges`;
here they become one journey (seed rows R-06, R-07). The account stays the same from the first
server to the last.
"""

from backend.startups.actions import accept_application, apply, welcome_new
from backend.startups.actions_graduation import (
    accept_graduation,
    ask_graduation,
    graduate_due,
    refuse_graduation,
    withdraw_graduation,
)
from backend.startups.jobs import follow_startups
from backend.startups.queries import growth
from backend.startups.rules import (
    SIZES,
    AlreadyAsked,
    BadGraduation,
    Graduation,
    GraduationDecided,
    GraduationUnknown,
    GrowthMonth,
    NoStartup,
    Project,
    size_of,
)

__all__ = [
    "SIZES",
    "AlreadyAsked",
    "BadGraduation",
    "Graduation",
    "GraduationDecided",
    "GraduationUnknown",
    "GrowthMonth",
    "NoStartup",
    "Project",
    "accept_application",
    "accept_graduation",
    "apply",
    "ask_graduation",
    "follow_startups",
    "graduate_due",
    "growth",
    "refuse_graduation",
    "size_of",
    "welcome_new",
    "withdraw_graduation",
]
