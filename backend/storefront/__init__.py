"""Storefront: the pages of the store, rendered here in French and English. They work without
scripts, load nothing from elsewhere, and call the packages below by their front doors.
"""

from backend.storefront.assets import asset_path
from backend.storefront.page import Public, read, render
from backend.storefront.words import moment, money, translator

__all__ = ["Public", "asset_path", "moment", "money", "read", "render", "translator"]
