"""Audit: who changed what, when, before and after, in chains that nobody can edit unseen.

One chain per organisation and one for the operator. Every action writes its row in its own
transaction; PostgreSQL computes the hash, so the application cannot write a false one.
"""

from backend.audit.actions import write
from backend.audit.queries import broken_links, list_changes

__all__ = ["broken_links", "list_changes", "write"]
