"""What the office refuses. Pure."""

from backend.core import Problem


class MonthsReversed(Problem):
    status = 422
    code = "months-reversed"
    title = "The last month is before the first"


class NothingToTry(Problem):
    status = 422
    code = "nothing-to-try"
    title = "A dry run needs a rule to try"
