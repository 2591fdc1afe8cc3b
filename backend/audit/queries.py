"""Reads of the audit log."""

from typing import Any

from backend.core import fetch


async def broken_links() -> list[dict[str, Any]]:
    """Rows whose hash does not follow from their content and the row before; empty if whole."""
    rows = await fetch("SELECT chain, number, fault FROM audit.broken_links()")
    return [dict(row) for row in rows]
