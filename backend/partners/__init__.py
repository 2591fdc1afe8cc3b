"""Partners: organisations, and the parts they play for the operator.

An organisation is the tenant: it may be customer, partner and supplier at once. Everything above
names it by its id; what a partner sells, earns and is paid stands in the packages above.
"""

from backend.partners.actions import (
    add_role,
    create_organisation,
    import_organisations,
    mark_verified,
    refuse_organisation,
)
from backend.partners.queries import (
    find_by_reference,
    is_partner,
    list_unverified,
    read_organisation,
    vat_regimes,
)
from backend.partners.rules import (
    ROLES,
    SEGMENTS,
    VAT_REGIMES,
    AlreadyVerified,
    OrganisationUnknown,
    ReferenceTaken,
    vat_on_self_billing,
)
from backend.partners.tables import Organisation, OrganisationRole

__all__ = [
    "ROLES",
    "SEGMENTS",
    "VAT_REGIMES",
    "AlreadyVerified",
    "Organisation",
    "OrganisationRole",
    "OrganisationUnknown",
    "ReferenceTaken",
    "add_role",
    "create_organisation",
    "find_by_reference",
    "import_organisations",
    "is_partner",
    "list_unverified",
    "mark_verified",
    "read_organisation",
    "refuse_organisation",
    "vat_on_self_billing",
    "vat_regimes",
]
