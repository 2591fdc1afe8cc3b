"""Partners: organisations, and the parts they play for the operator.

An organisation is the tenant: it may be customer, partner and supplier at once. Everything above
names it by its id; what a partner sells, earns and is paid stands in the packages above.
"""

from backend.partners.actions import (
    add_role,
    change_numbers,
    create_organisation,
    import_organisations,
    mark_verified,
    refuse_organisation,
)
from backend.partners.actions_supply import (
    add_kind,
    end_supply_contract,
    set_supply_cost,
    set_supply_share,
    sign_supply_contract,
)
from backend.partners.contributions import (
    Given,
    involvements,
    published_contributions,
    record_contribution,
)
from backend.partners.queries import (
    find_by_reference,
    is_partner,
    list_unverified,
    organisation_with_roles,
    read_organisation,
    vat_regimes,
)
from backend.partners.queries_supply import (
    RoleKind,
    SupplyContract,
    SupplyCost,
    SupplyShare,
    kinds_of,
    supply_contracts,
    supply_share_on,
)
from backend.partners.rules import (
    ROLES,
    SEGMENTS,
    VAT_REGIMES,
    AlreadyVerified,
    OrganisationUnknown,
    ReferenceTaken,
    Role,
    Segment,
    vat_on_self_billing,
)
from backend.partners.rules_kinds import (
    KINDS,
    ContractEnded,
    ContractTaken,
    ContractUnknown,
    DayTaken,
    Kind,
    KindUnfit,
    ecosystems,
    is_consumer,
    is_public_body,
    supplier_share,
)
from backend.partners.rules_numbers import NumberWrong, check_numbers
from backend.partners.tables import Organisation, OrganisationRole

__all__ = [
    "KINDS",
    "ROLES",
    "SEGMENTS",
    "VAT_REGIMES",
    "AlreadyVerified",
    "ContractEnded",
    "ContractTaken",
    "ContractUnknown",
    "DayTaken",
    "Given",
    "Kind",
    "KindUnfit",
    "NumberWrong",
    "Organisation",
    "OrganisationRole",
    "OrganisationUnknown",
    "ReferenceTaken",
    "Role",
    "RoleKind",
    "Segment",
    "SupplyContract",
    "SupplyCost",
    "SupplyShare",
    "add_kind",
    "add_role",
    "change_numbers",
    "check_numbers",
    "create_organisation",
    "ecosystems",
    "end_supply_contract",
    "find_by_reference",
    "import_organisations",
    "involvements",
    "is_consumer",
    "is_partner",
    "is_public_body",
    "kinds_of",
    "list_unverified",
    "mark_verified",
    "organisation_with_roles",
    "published_contributions",
    "read_organisation",
    "record_contribution",
    "refuse_organisation",
    "set_supply_cost",
    "set_supply_share",
    "sign_supply_contract",
    "supplier_share",
    "supply_contracts",
    "supply_share_on",
    "vat_on_self_billing",
    "vat_regimes",
]
