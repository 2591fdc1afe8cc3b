"""Desk: serves the portal's and the office's one page, and the files that it loads, as they were
built from `frontend/desk`. Without a build it says so, and everything else runs. It depends on
`web` alone; `backend.app` mounts it.
"""

from backend.desk.built import DIST, Build

__all__ = ["DIST", "Build"]
