"""Terms: the operator's dated settings, each in force from a moment on, none ever changed.

What is paid at the least and how long money is held. `sales` and `settlement` ask which value is
in force at an event's date; the office announces new ones. Share rules stand in `sales`.
"""

from backend.terms.actions import announce_term
from backend.terms.queries import list_terms, term_at, term_history
from backend.terms.rules import LIMITS, BadTerm, History, Name, Term, TermTaken, TermTooLate

__all__ = [
    "LIMITS",
    "BadTerm",
    "History",
    "Name",
    "Term",
    "TermTaken",
    "TermTooLate",
    "announce_term",
    "list_terms",
    "term_at",
    "term_history",
]
