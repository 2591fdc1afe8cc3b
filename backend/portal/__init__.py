"""Portal: what a partner's pages show across packages: what needs it now, what is on its way to it,
what it earned. It has no tables and changes nothing. Reads every package below.
"""

from backend.portal.queries import earned_by_month, read_needs

__all__ = ["earned_by_month", "read_needs"]
