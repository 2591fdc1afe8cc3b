"""Demo: the demonstration operator, Iroise Cloud, and its 56 partners over eighteen months.

One generator with one seed drives the real actions, month after month: partners join, their files
are checked, they sell and use, levels move, months close, and what is due is paid.
"""

from backend.cli.demo.cast import LOGINS, PASSWORD
from backend.cli.demo.seeding import demo, seed

__all__ = ["LOGINS", "PASSWORD", "demo", "seed"]
