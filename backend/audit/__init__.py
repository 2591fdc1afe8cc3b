"""Audit: who changed what, when, before and after, in chains that nobody can edit unseen.

One chain per organisation and one for the operator. Every action writes its row in its own
transaction; PostgreSQL computes the hash, so the application cannot write a false one. Alarms are
what no rule decides: a person of the operator looks at them and says what was done.
"""

from backend.audit.actions import Change, write, write_all
from backend.audit.alarms import (
    AlarmClosed,
    AlarmUnknown,
    close_alarm,
    list_alarms,
    raise_alarm,
    renew_alarm,
)
from backend.audit.queries import Sought, broken_links, list_changes

__all__ = [
    "AlarmClosed",
    "AlarmUnknown",
    "Change",
    "Sought",
    "broken_links",
    "close_alarm",
    "list_alarms",
    "list_changes",
    "raise_alarm",
    "renew_alarm",
    "write",
    "write_all",
]
