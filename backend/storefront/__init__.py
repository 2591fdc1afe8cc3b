"""Storefront: the pages of the store, rendered here in French and English. They work without
scripts, load nothing from elsewhere, and call the packages below by their front doors.
"""

from backend.storefront.assets import asset_path
from backend.storefront.page import render
from backend.storefront.words import moment, translator

__all__ = ["asset_path", "moment", "render", "translator"]
