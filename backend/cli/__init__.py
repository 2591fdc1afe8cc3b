"""The command line: `maillage COMMAND`. Every command works by itself.

It uses `DATABASE_URL`, or starts or joins the embedded server of `MAILLAGE_HOME` and leaves
nothing behind. Progress goes to standard error, the result to standard output; `--json` makes the
result one line for programs. A refusal ends with exit status 1 and says its remedy.
"""

from backend.cli.main import main

__all__ = ["main"]
