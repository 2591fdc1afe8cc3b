"""Who gets which answer: every route of the app, every method, every role (goal G5)."""

from collections.abc import Mapping
from contextlib import AsyncExitStack

import httpx
import pytest
from litestar.routes import ASGIRoute, HTTPRoute

from backend import identity, web
from backend.identity.rules_personas import STAFF_ROLES
from tests import clients

ANYBODY = "anybody"
"""Open to the world: what such a route may show is its own affair, and its own tests'."""

ROUTES: Mapping[tuple[str, str], str] = {
    ("GET", "/api/docs"): ANYBODY,
    ("GET", "/api/docs/openapi.json"): ANYBODY,
    ("GET", "/api/docs/scalar-1.72.1.js"): ANYBODY,
    ("GET", "/api/docs/start.js"): ANYBODY,
    ("GET", "/api/docs/{path}"): ANYBODY,
    ("GET", "/api/openapi.json"): ANYBODY,
    ("GET", "/health/live"): ANYBODY,
    ("GET", "/health/ready"): ANYBODY,
    # One page for every address of the portal and the office; what it shows, it asks of the API.
    ("GET", "/portal"): ANYBODY,
    ("HEAD", "/portal"): ANYBODY,
    ("GET", "/portal/{path}"): ANYBODY,
    ("HEAD", "/portal/{path}"): ANYBODY,
    ("GET", "/office"): ANYBODY,
    ("HEAD", "/office"): ANYBODY,
    ("GET", "/office/{path}"): ANYBODY,
    ("HEAD", "/office/{path}"): ANYBODY,
    ("GET", "/desk/assets/{name}"): ANYBODY,
    ("HEAD", "/desk/assets/{name}"): ANYBODY,
    # The store's pages: each says itself who may see it.
    ("GET", "/store/assets/{of_release}/{name}"): ANYBODY,
    ("HEAD", "/store/assets/{of_release}/{name}"): ANYBODY,
    ("GET", "/"): ANYBODY,
    ("HEAD", "/"): ANYBODY,
    ("GET", "/robots.txt"): ANYBODY,
    ("HEAD", "/robots.txt"): ANYBODY,
    ("GET", "/sitemap.xml"): ANYBODY,
    ("HEAD", "/sitemap.xml"): ANYBODY,
    ("GET", "/{lang}"): ANYBODY,
    ("HEAD", "/{lang}"): ANYBODY,
    ("GET", "/{lang}/catalog"): ANYBODY,
    ("HEAD", "/{lang}/catalog"): ANYBODY,
    ("GET", "/{lang}/editors/{slug}"): ANYBODY,
    ("HEAD", "/{lang}/editors/{slug}"): ANYBODY,
    ("GET", "/{lang}/listings/{slug}"): ANYBODY,
    ("HEAD", "/{lang}/listings/{slug}"): ANYBODY,
    ("GET", "/{lang}/listings/{slug}/picture.png"): ANYBODY,
    ("HEAD", "/{lang}/listings/{slug}/picture.png"): ANYBODY,
    ("POST", "/{lang}/listings/{slug}/buy"): ANYBODY,
    **{
        (method, f"/{{lang}}/{page}"): ANYBODY
        for method in ("GET", "HEAD")
        for page in ("featured", "technical-programme", "open-source")
    },
    ("GET", "/{lang}/partners"): ANYBODY,
    ("HEAD", "/{lang}/partners"): ANYBODY,
    ("GET", "/{lang}/compare"): ANYBODY,
    ("HEAD", "/{lang}/compare"): ANYBODY,
    ("GET", "/{lang}/sell"): ANYBODY,
    ("HEAD", "/{lang}/sell"): ANYBODY,
    ("GET", "/{lang}/cart"): ANYBODY,
    ("HEAD", "/{lang}/cart"): ANYBODY,
    ("GET", "/{lang}/subscriptions"): ANYBODY,
    ("HEAD", "/{lang}/subscriptions"): ANYBODY,
    ("GET", "/{lang}/invoices"): ANYBODY,
    ("HEAD", "/{lang}/invoices"): ANYBODY,
    ("GET", "/{lang}/picture.png"): ANYBODY,
    ("HEAD", "/{lang}/picture.png"): ANYBODY,
    ("GET", "/{lang}/purchases"): ANYBODY,
    ("GET", "/{lang}/purchases/{order_id}"): ANYBODY,
    ("GET", "/{lang}/purchases/{order_id}/pay"): ANYBODY,
    ("GET", "/{lang}/{rest}"): ANYBODY,
    ("HEAD", "/{lang}/{rest}"): ANYBODY,
    ("GET", "/{lang}/account"): ANYBODY,
    ("GET", "/{lang}/account/authenticator"): ANYBODY,
    ("POST", "/{lang}/account/authenticator"): ANYBODY,
    ("POST", "/{lang}/account/authenticator/confirm"): ANYBODY,
    ("POST", "/{lang}/account/authenticator/remove"): ANYBODY,
    ("POST", "/{lang}/account/confirm"): ANYBODY,
    ("POST", "/{lang}/account/email"): ANYBODY,
    ("POST", "/{lang}/account/passkeys/remove"): ANYBODY,
    ("POST", "/{lang}/account/password"): ANYBODY,
    ("POST", "/{lang}/account/recovery-codes"): ANYBODY,
    ("POST", "/{lang}/account/sessions/end"): ANYBODY,
    ("GET", "/{lang}/forgot"): ANYBODY,
    ("POST", "/{lang}/forgot"): ANYBODY,
    ("GET", "/{lang}/invitation"): ANYBODY,
    ("POST", "/{lang}/invitation"): ANYBODY,
    ("GET", "/{lang}/letter"): ANYBODY,
    ("GET", "/{lang}/mails"): ANYBODY,
    ("GET", "/{lang}/reset"): ANYBODY,
    ("POST", "/{lang}/reset"): ANYBODY,
    ("GET", "/{lang}/sign-in"): ANYBODY,
    ("POST", "/{lang}/sign-in"): ANYBODY,
    ("GET", "/{lang}/sign-in/second"): ANYBODY,
    ("POST", "/{lang}/sign-in/second"): ANYBODY,
    ("POST", "/{lang}/sign-out"): ANYBODY,
    ("GET", "/{lang}/sign-up"): ANYBODY,
    ("POST", "/{lang}/sign-up"): ANYBODY,
    ("GET", "/{lang}/verify"): ANYBODY,
    ("POST", "/{lang}/verify"): ANYBODY,
    ("POST", "/{lang}/verify/own"): ANYBODY,
    ("GET", "/{lang}/verify/resend"): ANYBODY,
    ("POST", "/{lang}/verify/resend"): ANYBODY,
    ("GET", "/{lang}/welcome"): ANYBODY,
    # Signing in, and what one may do oneself: the routes look at the caller, not at a scope.
    ("GET", "/api/store/session"): ANYBODY,
    ("POST", "/api/store/session"): ANYBODY,
    ("DELETE", "/api/store/session"): ANYBODY,
    ("POST", "/api/store/session/organisation"): ANYBODY,
    ("POST", "/api/store/session/password"): ANYBODY,
    ("POST", "/api/store/session/second-factor"): ANYBODY,
    ("POST", "/api/store/session/second-factor/passkey"): ANYBODY,
    ("POST", "/api/store/session/second-factor/passkey/options"): ANYBODY,
    ("POST", "/api/store/session/passkey"): ANYBODY,
    ("POST", "/api/store/session/passkey/options"): ANYBODY,
    ("POST", "/api/store/session/confirmation"): ANYBODY,
    ("GET", "/api/store/session/oidc"): ANYBODY,
    ("GET", "/api/store/session/oidc/callback"): ANYBODY,
    ("POST", "/api/store/account"): ANYBODY,
    ("GET", "/api/store/account"): ANYBODY,
    ("POST", "/api/store/account/verification"): ANYBODY,
    ("POST", "/api/store/account/verification/resend"): ANYBODY,
    ("POST", "/api/store/account/password-reset"): ANYBODY,
    ("POST", "/api/store/account/password"): ANYBODY,
    ("POST", "/api/store/account/email"): ANYBODY,
    ("POST", "/api/store/account/invitation"): ANYBODY,
    ("POST", "/api/store/account/invitation/acceptance"): ANYBODY,
    ("DELETE", "/api/store/account/sessions"): ANYBODY,
    ("POST", "/api/store/account/authenticator"): ANYBODY,
    ("DELETE", "/api/store/account/authenticator"): ANYBODY,
    ("POST", "/api/store/account/authenticator/confirmation"): ANYBODY,
    ("POST", "/api/store/account/recovery-codes"): ANYBODY,
    ("POST", "/api/store/account/passkeys"): ANYBODY,
    ("POST", "/api/store/account/passkeys/options"): ANYBODY,
    ("DELETE", "/api/store/account/passkeys/{passkey_id}"): ANYBODY,
    # The organisation's team.
    ("GET", "/api/portal/team"): "portal:team:read",
    ("POST", "/api/portal/team/invitations"): "portal:team:write",
    ("DELETE", "/api/portal/team/invitations/{invitation_id}"): "portal:team:write",
    ("PUT", "/api/portal/team/members/{person_id}"): "portal:team:write",
    ("DELETE", "/api/portal/team/members/{person_id}"): "portal:team:write",
    # Organisations.
    ("GET", "/api/portal/organisation"): "portal:organisation:read",
    ("POST", "/api/portal/organisation/numbers"): "portal:organisation:write",
    ("GET", "/api/office/organisations"): "office:organisation:read",
    ("POST", "/api/office/organisations"): "office:organisation:write",
    ("GET", "/api/office/organisations/{organisation_id}"): "office:organisation:read",
    ("POST", "/api/office/organisations/import"): "office:organisation:write",
    ("GET", "/api/office/organisations/export"): "office:organisation:read",
    ("GET", "/api/office/people"): "office:person:read",
    ("POST", "/api/office/people"): "office:person:write",
    ("PUT", "/api/office/people/{person_id}"): "office:person:write",
    **{
        (method, f"/api/{area}/notices{rest}"): f"{area}:notice:read"
        for area in ("portal", "office")
        for method, rest in (
            ("GET", ""),
            ("GET", "/unread"),
            ("POST", "/read"),
            ("POST", "/{notice_id}/read"),
        )
    },
    ("GET", "/api/office/network/tree"): "office:organisation:read",
    ("POST", "/api/office/network/preview"): "office:organisation:write",
    ("POST", "/api/portal/network/resellers/{organisation_id}/contact"): "portal:network:write",
    ("POST", "/api/portal/network/resellers/{organisation_id}/invitation"): "portal:network:write",
    ("POST", "/api/portal/network/resellers/{organisation_id}/withdrawal"): "portal:network:write",
    ("GET", "/api/portal/network/earnings"): "portal:charge:read",
    ("GET", "/api/portal/network/prices"): "portal:charge:read",
    ("GET", "/api/office/organisations/{organisation_id}/price-contracts"): "office:charge:read",
    ("POST", "/api/office/organisations/{organisation_id}/price-contracts"): "office:charge:write",
    ("GET", "/api/office/organisations/{organisation_id}/price-contracts/export"): (
        "office:charge:read"
    ),
    ("GET", "/api/portal/network/price"): "portal:charge:read",
    ("POST", "/api/portal/network/resellers/{organisation_id}/price"): "portal:network:write",
    ("POST", "/api/portal/network/resellers/{organisation_id}/price/trial"): "portal:network:write",
    ("POST", "/api/office/organisations/{organisation_id}/verify"): "office:organisation:write",
    ("POST", "/api/office/organisations/{organisation_id}/refuse"): "office:organisation:write",
    ("POST", "/api/office/organisations/{organisation_id}/numbers"): "office:organisation:write",
    ("GET", "/api/office/organisations/{organisation_id}/kinds"): "office:organisation:read",
    ("POST", "/api/office/organisations/{organisation_id}/kinds"): "office:organisation:write",
    (
        "GET",
        "/api/office/organisations/{organisation_id}/contracts",
    ): "office:organisation:read",
    (
        "POST",
        "/api/office/organisations/{organisation_id}/contracts",
    ): "office:organisation:write",
    ("POST", "/api/office/contracts/{contract_id}/end"): "office:organisation:write",
    ("POST", "/api/office/contracts/{contract_id}/costs"): "office:organisation:write",
    ("POST", "/api/office/contracts/{contract_id}/shares"): "office:organisation:write",
    # The network of wholesalers and resellers.
    ("GET", "/api/portal/network"): "portal:network:read",
    ("POST", "/api/portal/network/resellers"): "portal:network:write",
    ("GET", "/api/office/network"): "office:organisation:read",
    ("POST", "/api/office/network/memberships"): "office:organisation:write",
    ("GET", "/api/office/organisations/{organisation_id}/network"): "office:organisation:read",
    ("POST", "/api/office/organisations/{organisation_id}/network/end"): (
        "office:organisation:write"
    ),
    # The value mesh.
    ("GET", "/api/office/mesh"): "office:ledger:read",
    ("GET", "/api/office/mesh/postings"): "office:ledger:read",
    ("GET", "/api/office/mesh/export"): "office:ledger:read",
    # Who manages a customer.
    ("GET", "/api/office/relations"): "office:organisation:read",
    ("GET", "/api/office/segments"): "office:organisation:read",
    ("POST", "/api/office/segments/{segment}/rule"): "office:organisation:write",
    ("GET", "/api/office/organisations/{organisation_id}/segment"): "office:organisation:read",
    ("POST", "/api/office/organisations/{organisation_id}/segment"): "office:organisation:write",
    ("GET", "/api/office/relations/export"): "office:organisation:read",
    ("GET", "/api/office/organisations/{organisation_id}/relation"): "office:organisation:read",
    ("POST", "/api/office/organisations/{organisation_id}/relation"): "office:organisation:write",
    # Programmes, levels, and what they give.
    ("GET", "/api/portal/programmes"): "portal:programme:read",
    ("GET", "/api/portal/programmes/history"): "portal:programme:read",
    ("POST", "/api/portal/programmes/applications"): "portal:programme:write",
    (
        "POST",
        "/api/portal/programmes/applications/{application_id}/withdraw",
    ): "portal:programme:write",
    ("POST", "/api/portal/programmes/{programme}/leave"): "portal:programme:write",
    ("GET", "/api/office/programmes"): "office:programme:read",
    ("GET", "/api/office/programmes/{programme}/members"): "office:programme:read",
    ("GET", "/api/office/programme-applications"): "office:programme:read",
    (
        "POST",
        "/api/office/programme-applications/{application_id}/accept",
    ): "office:programme:write",
    (
        "POST",
        "/api/office/programme-applications/{application_id}/refuse",
    ): "office:programme:write",
    ("GET", "/api/office/organisations/{organisation_id}/programmes"): "office:programme:read",
    **{
        (
            "POST",
            f"/api/office/organisations/{{organisation_id}}/programmes/{{programme}}/{verb}",
        ): "office:programme:write"
        for verb in ("enter", "promote", "demote", "keep", "override", "end")
    },
    ("GET", "/api/office/contributions"): "office:organisation:read",
    ("GET", "/api/office/contributions/export"): "office:organisation:read",
    ("GET", "/api/office/contribution-costs"): "office:organisation:read",
    ("POST", "/api/office/contributions"): "office:organisation:write",
    ("POST", "/api/office/contributions/{contribution_id}/withdrawal"): "office:organisation:write",
    ("GET", "/api/office/benefits"): "office:benefit:read",
    ("POST", "/api/office/benefits/matrices"): "office:benefit:write",
    ("POST", "/api/office/benefits/matrices/preview"): "office:benefit:read",
    ("POST", "/api/office/benefits/settings"): "office:benefit:write",
    ("POST", "/api/office/benefits/tier-tables"): "office:benefit:write",
    ("POST", "/api/office/benefits/gifts"): "office:benefit:write",
    ("GET", "/api/office/benefits/price-floors"): "office:benefit:read",
    ("POST", "/api/office/benefits/price-floors"): "office:benefit:write",
    ("POST", "/api/office/benefits/price-floors/preview"): "office:benefit:read",
    ("POST", "/api/office/benefits/withdrawals"): "office:benefit:write",
    ("POST", "/api/office/requirements/{set_id}/withdrawal"): "office:benefit:write",
    ("POST", "/api/office/organisations/{organisation_id}/verify-despite"): (
        "office:organisation:write"
    ),
    # Their files: what they have to show and to sign.
    ("GET", "/api/portal/file"): "portal:file:read",
    ("GET", "/api/portal/file/evidence"): "portal:file:read",
    ("POST", "/api/portal/file/evidence"): "portal:file:write",
    ("GET", "/api/portal/file/documents/{document_id}"): "portal:file:read",
    ("GET", "/api/portal/agreements"): "portal:file:read",
    ("POST", "/api/portal/agreements/{agreement_id}/accept"): "portal:agreement:sign",
    ("POST", "/api/portal/mandate/revoke"): "portal:agreement:sign",
    ("GET", "/api/portal/decisions"): "portal:file:read",
    ("GET", "/api/office/evidence"): "office:file:read",
    ("GET", "/api/office/organisations/{organisation_id}/file"): "office:file:read",
    ("GET", "/api/office/organisations/{organisation_id}/evidence"): "office:file:read",
    ("GET", "/api/office/organisations/{organisation_id}/evidence/export"): "office:file:read",
    ("GET", "/api/office/documents/{document_id}"): "office:file:read",
    ("POST", "/api/office/evidence/{evidence_id}/accept"): "office:file:review",
    ("POST", "/api/office/evidence/{evidence_id}/refuse"): "office:file:review",
    ("GET", "/api/office/organisations/{organisation_id}/decisions"): "office:file:read",
    ("POST", "/api/office/organisations/{organisation_id}/restrictions"): "office:file:review",
    ("POST", "/api/office/restrictions/{decision_id}/lift"): "office:file:review",
    ("GET", "/api/office/agreements"): "office:file:read",
    ("GET", "/api/office/agreements/{agreement_id}/acceptances"): "office:file:read",
    ("POST", "/api/office/agreements"): "office:agreement:write",
    ("GET", "/api/portal/people"): "portal:programme:read",
    ("GET", "/api/office/organisations/{organisation_id}/people"): "office:programme:read",
    ("POST", "/api/office/organisations/{organisation_id}/people"): "office:programme:write",
    ("POST", "/api/office/organisations/{organisation_id}/achievements"): "office:programme:write",
    **{
        (
            "POST",
            f"/api/office/organisations/{{organisation_id}}/people/{{person_id}}/{verb}",
        ): "office:programme:write"
        for verb in ("leave", "certificates")
    },
    # What partners declare of them, and the check of it.
    ("GET", "/api/portal/people/declarations"): "portal:programme:read",
    ("POST", "/api/portal/people/certificates"): "portal:programme:write",
    ("POST", "/api/portal/people/achievements"): "portal:programme:write",
    ("POST", "/api/portal/people/{person_id}/leave"): "portal:programme:write",
    (
        "POST",
        "/api/portal/people/declarations/{declaration_id}/withdraw",
    ): "portal:programme:write",
    ("GET", "/api/portal/people/export"): "portal:programme:read",
    ("GET", "/api/office/declarations"): "office:programme:read",
    ("POST", "/api/office/declarations/{declaration_id}/accept"): "office:programme:write",
    ("POST", "/api/office/declarations/{declaration_id}/refuse"): "office:programme:write",
    ("GET", "/api/office/certified-people"): "office:programme:read",
    ("GET", "/api/office/certified-people/export"): "office:programme:read",
    ("POST", "/api/office/certified-people/import"): "office:programme:write",
    # The way through a programme.
    ("GET", "/api/portal/programmes/applications"): "portal:programme:read",
    ("GET", "/api/portal/programmes/{programme}/levels"): "portal:programme:read",
    # What levels ask for, and who has it.
    ("GET", "/api/portal/scorecards"): "portal:programme:read",
    ("GET", "/api/portal/programmes/{programme}/progress"): "portal:programme:read",
    (
        "GET",
        "/api/office/organisations/{organisation_id}/programmes/{programme}/progress",
    ): "office:programme:read",
    ("GET", "/api/office/organisations/{organisation_id}/scorecards"): "office:programme:read",
    ("GET", "/api/office/programmes/{programme}/requirements"): "office:programme:read",
    ("POST", "/api/office/programmes/{programme}/requirements"): "office:benefit:write",
    ("GET", "/api/office/programmes/{programme}/evaluations"): "office:programme:read",
    ("POST", "/api/office/programmes/{programme}/evaluations"): "office:programme:write",
    ("POST", "/api/office/programmes/{programme}/evaluations/preview"): "office:programme:read",
    ("GET", "/api/office/programmes/{programme}/evaluations/last-asked"): "office:programme:read",
    ("GET", "/api/office/evaluations/{run_id}"): "office:programme:read",
    ("GET", "/api/office/evaluations/{run_id}/scorecards"): "office:programme:read",
    ("GET", "/api/office/evaluations/{run_id}/export"): "office:programme:read",
    ("GET", "/api/office/programmes/{programme}/members/export"): "office:programme:read",
    # Listings.
    ("GET", "/api/store/listings"): ANYBODY,
    ("GET", "/api/store/listings/{slug}"): ANYBODY,
    # Featured places.
    ("GET", "/api/portal/featured-places"): "portal:listing:read",
    ("GET", "/api/office/featured-places"): "office:listing:read",
    ("GET", "/api/office/featured-places/export"): "office:listing:read",
    ("GET", "/api/office/featured-places/eligible"): "office:listing:read",
    ("POST", "/api/office/featured-places"): "office:listing:write",
    ("POST", "/api/office/featured-places/{place_id}/end"): "office:listing:write",
    # Start-ups.
    ("GET", "/api/portal/startup"): "portal:programme:read",
    ("GET", "/api/portal/startup/growth"): "portal:programme:read",
    ("POST", "/api/portal/startup/applications"): "portal:programme:write",
    ("POST", "/api/portal/startup/graduations"): "portal:programme:write",
    (
        "POST",
        "/api/portal/startup/graduations/{graduation_id}/withdraw",
    ): "portal:programme:write",
    ("GET", "/api/office/startups"): "office:programme:read",
    ("GET", "/api/office/startups/export"): "office:programme:read",
    ("GET", "/api/office/organisations/{organisation_id}/startup"): "office:programme:read",
    ("GET", "/api/office/organisations/{organisation_id}/growth"): "office:programme:read",
    ("POST", "/api/office/startup-applications/{application_id}/accept"): "office:programme:write",
    ("POST", "/api/office/graduations/{graduation_id}/accept"): "office:programme:write",
    ("POST", "/api/office/graduations/{graduation_id}/refuse"): "office:programme:write",
    # Checklists of programmes.
    ("GET", "/api/portal/checklists"): "portal:programme:read",
    **{
        (
            "POST",
            f"/api/portal/checklists/{{checklist}}/items/{{item}}/{verb}",
        ): "portal:programme:write"
        for verb in ("done", "take-back")
    },
    ("GET", "/api/office/checklists"): "office:programme:read",
    ("POST", "/api/office/checklists/{checklist}/versions"): "office:programme:write",
    ("GET", "/api/office/checklist-reviews"): "office:programme:read",
    ("GET", "/api/office/organisations/{organisation_id}/checklists"): "office:programme:read",
    **{
        (
            "POST",
            "/api/office/organisations/{organisation_id}/checklists/{checklist}"
            f"/items/{{item}}/{verb}",
        ): "office:programme:write"
        for verb in ("accept", "refuse")
    },
    ("POST", "/api/portal/listings/{listing_id}/audience"): "portal:listing:write",
    ("GET", "/api/portal/kit"): "portal:programme:read",
    ("GET", "/api/portal/kit/{document_id}"): "portal:programme:read",
    ("GET", "/api/office/kit"): "office:programme:read",
    ("POST", "/api/office/kit"): "office:programme:write",
    ("POST", "/api/office/kit/{document_id}/withdraw"): "office:programme:write",
    ("GET", "/api/office/kit/{document_id}/downloads"): "office:programme:read",
    ("GET", "/api/portal/bundles"): "portal:listing:read",
    ("POST", "/api/portal/bundles"): "portal:listing:write",
    ("POST", "/api/portal/bundles/{listing_id}"): "portal:listing:write",
    ("GET", "/api/portal/bundles/components"): "portal:listing:read",
    ("POST", "/api/portal/bundles/preview"): "portal:listing:read",
    ("GET", "/api/office/listings/{listing_id}/earnings"): "office:listing:read",
    ("GET", "/api/portal/joint-offers"): "portal:listing:read",
    ("GET", "/api/office/joint-offers"): "office:listing:read",
    ("GET", "/api/office/joint-changes"): "office:listing:read",
    ("GET", "/api/office/joint-offers/export"): "office:listing:read",
    ("POST", "/api/portal/joint-offers"): "portal:listing:write",
    ("GET", "/api/portal/joint-changes"): "portal:listing:read",
    ("POST", "/api/portal/listings/{listing_id}/joint-change"): "portal:listing:write",
    ("POST", "/api/portal/joint-changes/{change_id}/accept"): "portal:listing:write",
    ("POST", "/api/portal/joint-changes/{change_id}/refuse"): "portal:listing:write",
    ("POST", "/api/portal/joint-changes/{change_id}/withdraw"): "portal:listing:write",
    ("POST", "/api/portal/joint-offers/{offer_id}/accept"): "portal:listing:write",
    ("POST", "/api/portal/joint-offers/{offer_id}/refuse"): "portal:listing:write",
    ("POST", "/api/portal/joint-offers/{offer_id}/withdraw"): "portal:listing:write",
    ("POST", "/api/portal/joint-offers/{offer_id}/end"): "portal:listing:write",
    ("GET", "/api/portal/listings"): "portal:listing:read",
    ("POST", "/api/portal/listings"): "portal:listing:write",
    ("GET", "/api/portal/listings/{listing_id}"): "portal:listing:read",
    ("POST", "/api/portal/listings/{listing_id}/submit"): "portal:listing:write",
    ("POST", "/api/portal/listings/{listing_id}/take-back"): "portal:listing:write",
    ("POST", "/api/portal/listings/{listing_id}/pause"): "portal:listing:write",
    ("POST", "/api/portal/listings/{listing_id}/resume"): "portal:listing:write",
    ("POST", "/api/portal/listings/{listing_id}/description"): "portal:listing:write",
    ("POST", "/api/portal/listings/{listing_id}/price"): "portal:listing:write",
    ("GET", "/api/office/listings"): "office:listing:read",
    ("GET", "/api/office/listing-decisions/export"): "office:listing:read",
    ("GET", "/api/office/listing-counts"): "office:listing:read",
    ("GET", "/api/office/listings/{listing_id}"): "office:listing:read",
    ("POST", "/api/office/listings/{listing_id}/approve"): "office:listing:write",
    ("POST", "/api/office/listings/{listing_id}/ask-change"): "office:listing:write",
    ("POST", "/api/office/listings/{listing_id}/withdraw"): "office:listing:write",
    # Orders.
    ("GET", "/api/store/orders"): "store:order:read",
    ("POST", "/api/store/orders"): "store:order:write",
    ("GET", "/api/store/orders/{order_id}"): "store:order:read",
    ("POST", "/api/store/orders/{order_id}/checkout"): "store:order:write",
    ("GET", "/api/office/orders"): "office:order:read",
    ("GET", "/api/office/orders/{order_id}"): "office:order:read",
    ("GET", "/api/office/orders/{order_id}/refunds"): "office:order:read",
    ("POST", "/api/office/orders/{order_id}/refunds"): "office:sale:write",
    # The books, sales, statements, reports.
    ("GET", "/api/office/ledger/accounts"): "office:ledger:read",
    ("GET", "/api/office/ledger/accounts/{account_id}/postings"): "office:ledger:read",
    ("GET", "/api/office/ledger/accounts/{account_id}"): "office:ledger:read",
    ("GET", "/api/office/ledger/totals"): "office:ledger:read",
    ("GET", "/api/office/ledger/balances/{month}"): "office:ledger:read",
    ("GET", "/api/office/ledger/entries"): "office:ledger:read",
    ("GET", "/api/office/ledger/entries/{entry_id}"): "office:ledger:read",
    ("GET", "/api/portal/sales"): "portal:sale:read",
    ("GET", "/api/portal/sales/totals"): "portal:sale:read",
    ("GET", "/api/portal/sales/export"): "portal:sale:read",
    ("GET", "/api/portal/home"): "portal:organisation:read",
    ("GET", "/api/portal/home/partnership"): "portal:organisation:read",
    ("GET", "/api/portal/payouts/overview"): "portal:payout:read",
    ("GET", "/api/office/sales"): "office:sale:read",
    ("GET", "/api/office/sales/export"): "office:sale:read",
    ("GET", "/api/office/ledger/accounts/{account_id}/export"): "office:ledger:read",
    ("GET", "/api/office/sales/{sale_id}"): "office:sale:read",
    ("POST", "/api/office/sales/{sale_id}/refunds"): "office:sale:write",
    ("GET", "/api/portal/charges"): "portal:charge:read",
    ("GET", "/api/portal/charges/totals"): "portal:charge:read",
    ("GET", "/api/portal/charges/export"): "portal:charge:read",
    ("GET", "/api/portal/charges/choices"): "portal:charge:read",
    ("GET", "/api/portal/charges/{charge_id}"): "portal:charge:read",
    ("GET", "/api/portal/margins/totals"): "portal:charge:read",
    ("GET", "/api/portal/margins/export"): "portal:charge:read",
    ("GET", "/api/portal/credits/export"): "portal:charge:read",
    ("GET", "/api/portal/credits/{credit_id}/uses"): "portal:charge:read",
    ("GET", "/api/office/margins/totals"): "office:charge:read",
    ("GET", "/api/office/margins/export"): "office:charge:read",
    ("GET", "/api/office/credits/export"): "office:charge:read",
    ("GET", "/api/office/credits/{credit_id}/uses"): "office:charge:read",
    ("GET", "/api/office/charge_files"): "office:charge:read",
    ("POST", "/api/office/charge_files"): "office:charge:write",
    ("GET", "/api/office/charge_files/{file_id}"): "office:charge:read",
    ("GET", "/api/office/charge_files/{file_id}/refused"): "office:charge:read",
    ("POST", "/api/office/charge_files/{file_id}/import"): "office:charge:write",
    ("POST", "/api/office/charge_files/{file_id}/drop"): "office:charge:write",
    ("GET", "/api/portal/margins"): "portal:charge:read",
    ("GET", "/api/portal/contracts"): "portal:charge:read",
    ("GET", "/api/portal/contracts/export"): "portal:charge:read",
    ("GET", "/api/portal/credits"): "portal:charge:read",
    ("GET", "/api/office/charges"): "office:charge:read",
    ("GET", "/api/office/charges/totals"): "office:charge:read",
    ("GET", "/api/office/charges/export"): "office:charge:read",
    ("GET", "/api/office/charges/{charge_id}"): "office:charge:read",
    ("POST", "/api/office/charges/{charge_id}/refunds"): "office:charge:write",
    ("GET", "/api/office/margins"): "office:charge:read",
    # What partners paid of what they owe, and what is left.
    ("GET", "/api/portal/receipts"): "portal:charge:read",
    ("GET", "/api/office/receipts"): "office:charge:read",
    ("POST", "/api/office/receipts"): "office:charge:write",
    ("POST", "/api/office/receipts/{receipt_id}/reverse"): "office:charge:write",
    ("GET", "/api/office/receipts/proposals"): "office:charge:read",
    ("POST", "/api/office/receipts/proposals/{proposal_id}/approve"): "office:charge:write",
    ("POST", "/api/office/receipts/proposals/{proposal_id}/refuse"): "office:charge:write",
    ("GET", "/api/office/receivable-settings"): "office:charge:read",
    ("GET", "/api/office/receivables/export"): "office:settlement:read",
    ("POST", "/api/office/receivable-settings/letters"): "office:settlement:close",
    ("POST", "/api/office/receivable-settings/limits"): "office:settlement:close",
    ("GET", "/api/portal/receivables"): "portal:statement:read",
    ("POST", "/api/portal/receivables/pay"): "portal:receivable:pay",
    ("GET", "/api/office/receivables"): "office:settlement:read",
    ("GET", "/api/office/receivables/ages"): "office:settlement:read",
    ("GET", "/api/office/credits"): "office:charge:read",
    ("POST", "/api/office/credits"): "office:charge:write",
    # What is owed by a rule: rebates on turnover, shares of suppliers.
    ("GET", "/api/portal/rebates"): "portal:charge:read",
    ("GET", "/api/portal/awards"): "portal:charge:read",
    ("GET", "/api/portal/supplier-shares"): "portal:charge:read",
    ("GET", "/api/office/awards"): "office:charge:read",
    ("GET", "/api/office/rebates/{quarter}"): "office:charge:read",
    ("POST", "/api/office/rebates/{quarter}"): "office:settlement:close",
    ("GET", "/api/office/rebates/{quarter}/export"): "office:charge:read",
    ("GET", "/api/office/supplier-shares"): "office:charge:read",
    ("POST", "/api/office/supplier-shares/{month}"): "office:settlement:close",
    # Co-marketing.
    ("GET", "/api/portal/funds"): "portal:fund:read",
    ("GET", "/api/portal/funds/requests"): "portal:fund:read",
    ("POST", "/api/portal/funds/requests"): "portal:fund:write",
    ("GET", "/api/portal/funds/requests/{request_id}"): "portal:fund:read",
    ("POST", "/api/portal/funds/requests/{request_id}/withdraw"): "portal:fund:write",
    ("POST", "/api/portal/funds/requests/{request_id}/proofs"): "portal:fund:write",
    ("POST", "/api/portal/funds/requests/{request_id}/claim"): "portal:fund:write",
    ("GET", "/api/portal/funds/proofs/{proof_id}"): "portal:fund:read",
    ("GET", "/api/office/funds/requests"): "office:fund:read",
    ("GET", "/api/office/funds/requests/export"): "office:fund:read",
    ("GET", "/api/office/funds/requests/{request_id}"): "office:fund:read",
    ("POST", "/api/office/funds/requests/{request_id}/approve"): "office:fund:decide",
    ("POST", "/api/office/funds/requests/{request_id}/decline"): "office:fund:decide",
    ("POST", "/api/office/funds/requests/{request_id}/return"): "office:fund:reimburse",
    ("POST", "/api/office/funds/requests/{request_id}/reimburse"): "office:fund:reimburse",
    ("GET", "/api/office/funds/proofs/{proof_id}"): "office:fund:read",
    ("GET", "/api/office/funds/budgets/{quarter}"): "office:fund:read",
    ("GET", "/api/portal/statements"): "portal:statement:read",
    ("GET", "/api/portal/statements/{statement_id}"): "portal:statement:read",
    ("GET", "/api/portal/statements/{statement_id}/lines"): "portal:statement:read",
    ("GET", "/api/portal/statements/{statement_id}/report"): "portal:statement:read",
    ("GET", "/api/portal/statements/{statement_id}/contest"): "portal:statement:read",
    ("POST", "/api/portal/statements/{statement_id}/contest"): "portal:statement:contest",
    ("GET", "/api/office/statements/{statement_id}/contest"): "office:settlement:read",
    ("GET", "/api/office/contests"): "office:settlement:read",
    ("POST", "/api/office/contests/{contest_id}/accept"): "office:settlement:answer",
    ("POST", "/api/office/contests/{contest_id}/refuse"): "office:settlement:answer",
    ("GET", "/api/office/statements"): "office:settlement:read",
    ("GET", "/api/office/statements/{statement_id}"): "office:settlement:read",
    ("GET", "/api/office/statements/{statement_id}/lines"): "office:settlement:read",
    ("GET", "/api/office/months"): "office:settlement:read",
    ("GET", "/api/office/months/{month}"): "office:settlement:read",
    ("GET", "/api/office/months/{month}/closing"): "office:settlement:read",
    ("POST", "/api/office/months/{month}/closing"): "office:settlement:close",
    ("GET", "/api/office/months/{month}/closing/events"): "office:settlement:read",
    ("POST", "/api/office/months/{month}/close"): "office:settlement:close",
    ("GET", "/api/office/reports/{kind}/{month}"): "office:report:read",
    # Deals and leads.
    ("GET", "/api/portal/deals"): "portal:deal:read",
    ("POST", "/api/portal/deals"): "portal:deal:write",
    ("GET", "/api/portal/deals/{deal_id}"): "portal:deal:read",
    ("PUT", "/api/portal/deals/{deal_id}"): "portal:deal:write",
    ("POST", "/api/portal/deals/{deal_id}/submit"): "portal:deal:write",
    ("POST", "/api/portal/deals/{deal_id}/take-back"): "portal:deal:write",
    ("POST", "/api/portal/deals/{deal_id}/withdraw"): "portal:deal:write",
    ("POST", "/api/portal/deals/{deal_id}/stage"): "portal:deal:write",
    ("POST", "/api/portal/deals/{deal_id}/renew"): "portal:deal:write",
    ("POST", "/api/portal/deals/import"): "portal:deal:write",
    ("GET", "/api/portal/deals/export"): "portal:deal:read",
    ("GET", "/api/portal/leads"): "portal:deal:read",
    ("POST", "/api/portal/leads/{offer_id}/accept"): "portal:deal:write",
    ("POST", "/api/portal/leads/{offer_id}/decline"): "portal:deal:write",
    ("PUT", "/api/portal/lead-profile"): "portal:deal:write",
    ("GET", "/api/office/deals"): "office:deal:read",
    ("GET", "/api/office/deals/{deal_id}"): "office:deal:read",
    ("POST", "/api/office/deals/{deal_id}/take-up"): "office:deal:write",
    ("POST", "/api/office/deals/{deal_id}/ask"): "office:deal:write",
    ("POST", "/api/office/deals/{deal_id}/approve"): "office:deal:write",
    ("POST", "/api/office/deals/{deal_id}/reject"): "office:deal:write",
    ("GET", "/api/office/deals/export"): "office:deal:read",
    ("GET", "/api/office/deal-settings"): "office:deal:read",
    ("POST", "/api/office/deal-settings"): "office:term:write",
    ("GET", "/api/office/leads"): "office:deal:read",
    ("POST", "/api/office/leads"): "office:deal:write",
    ("GET", "/api/office/leads/{lead_id}"): "office:deal:read",
    ("POST", "/api/office/leads/{lead_id}/offer"): "office:deal:write",
    ("POST", "/api/office/leads/{lead_id}/close"): "office:deal:write",
    ("POST", "/api/office/leads/import"): "office:deal:write",
    ("GET", "/api/office/leads/export"): "office:deal:read",
    # API keys.
    ("GET", "/api/portal/api-keys"): "portal:key:read",
    ("POST", "/api/portal/api-keys"): "portal:key:write",
    ("DELETE", "/api/portal/api-keys/{key_id}"): "portal:key:write",
    ("GET", "/api/office/api-keys"): "office:key:read",
    ("POST", "/api/office/api-keys"): "office:key:write",
    ("DELETE", "/api/office/api-keys/{key_id}"): "office:key:write",
    # Letters.
    ("GET", "/api/office/mails"): "office:mail:read",
    # Accounts at Stripe and payouts.
    ("GET", "/api/portal/webhooks"): "portal:webhook:read",
    ("POST", "/api/portal/webhooks"): "portal:webhook:write",
    ("PUT", "/api/portal/webhooks/{endpoint_id}"): "portal:webhook:write",
    ("DELETE", "/api/portal/webhooks/{endpoint_id}"): "portal:webhook:write",
    ("POST", "/api/portal/webhooks/{endpoint_id}/secret"): "portal:webhook:write",
    ("POST", "/api/portal/webhooks/{endpoint_id}/enable"): "portal:webhook:write",
    ("POST", "/api/portal/webhooks/{endpoint_id}/disable"): "portal:webhook:write",
    ("POST", "/api/portal/webhooks/{endpoint_id}/ping"): "portal:webhook:write",
    ("POST", "/api/portal/webhooks/{endpoint_id}/replay"): "portal:webhook:write",
    ("GET", "/api/portal/webhook-deliveries"): "portal:webhook:read",
    ("GET", "/api/portal/webhook-deliveries/{delivery_id}"): "portal:webhook:read",
    ("POST", "/api/portal/webhook-deliveries/{delivery_id}/replay"): "portal:webhook:write",
    ("GET", "/api/portal/account"): "portal:account:read",
    ("POST", "/api/portal/account/onboarding"): "portal:account:write",
    ("POST", "/api/portal/account/refresh"): "portal:account:write",
    ("GET", "/api/portal/payouts"): "portal:payout:read",
    ("GET", "/api/portal/payouts/{payout_id}"): "portal:payout:read",
    ("GET", "/api/portal/payouts/{payout_id}/retry-requests"): "portal:payout:read",
    ("POST", "/api/portal/payouts/{payout_id}/retry-requests"): "portal:account:write",
    (
        "POST",
        "/api/portal/payouts/{payout_id}/retry-requests/{approval_id}/take-back",
    ): "portal:account:write",
    ("GET", "/api/office/payouts"): "office:payout:read",
    ("GET", "/api/office/payouts/{payout_id}"): "office:payout:read",
    ("POST", "/api/office/payouts/{payout_id}/retry"): "office:payout:send",
    ("POST", "/api/office/payouts/{payout_id}/cancel"): "office:payout:send",
    ("POST", "/api/office/months/{month}/pay"): "office:payout:send",
    ("GET", "/api/office/payout-counts"): "office:payout:read",
    ("GET", "/api/office/payout-approvals"): "office:payout:read",
    ("POST", "/api/office/payout-approvals/{approval_id}/approve"): "office:payout:send",
    ("POST", "/api/office/payout-approvals/{approval_id}/refuse"): "office:payout:send",
    ("GET", "/api/office/organisations/{organisation_id}/account"): "office:payout:read",
    # The operator's overview, its dated rules, the sandbox in its hands.
    ("GET", "/api/office/overview"): "office:report:read",
    ("GET", "/api/office/flows"): "office:report:read",
    ("GET", "/api/office/staff"): "office:report:read",
    ("GET", "/api/office/audit/check"): "office:audit:read",
    ("GET", "/api/office/terms"): "office:term:read",
    ("POST", "/api/office/terms"): "office:term:write",
    ("POST", "/api/office/terms/preview"): "office:term:read",
    ("POST", "/api/office/share-rules"): "office:term:write",
    ("GET", "/api/office/sandbox"): "office:sandbox:use",
    ("POST", "/api/office/sandbox/funds"): "office:sandbox:use",
    ("POST", "/api/office/sandbox/clock"): "office:sandbox:use",
    ("POST", "/api/office/sandbox/faults"): "office:sandbox:use",
    ("DELETE", "/api/office/sandbox/faults"): "office:sandbox:use",
    # Who changed what.
    ("GET", "/api/office/audit"): "office:audit:read",
    ("GET", "/api/portal/audit"): "portal:audit:read",
    # What somebody has to look at.
    ("GET", "/api/office/alarms"): "office:alarm:read",
    ("POST", "/api/office/alarms/{alarm_id}/close"): "office:alarm:close",
    # Stripe signs what it sends; nobody else is believed.
    ("POST", "/api/hooks/stripe"): ANYBODY,
}
"""Every route that exists, and the scope that it needs. A new route is stated here."""

STAFF = STAFF_ROLES
PEOPLE = ("owner", "finance", "member", "buyer")

ENDS_THE_SESSION = {("DELETE", "/api/store/session"), ("POST", "/{lang}/sign-out")}

NOBODYS = "00000000-0000-7000-8000-000000000000"
"""In the place of every id: what a holder of the scope finds is that there is nothing."""

SERVED = {200, 201, 204, 302, 303, 400, 404, 409, 415, 422}
"""What somebody may get whom the walls let through, with nonsense for a request."""


def routes() -> dict[tuple[str, str], str | None]:
    found: dict[tuple[str, str], str | None] = {}
    for route in clients.app().routes:
        assert not isinstance(route, ASGIRoute), f"{route.path}: a mount is outside the matrix"
        assert isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items():
            if method != "OPTIONS":
                found[(method, route.path_format or "/")] = web.scope_of(handler)
    return found


def test_every_route_is_stated_and_every_statement_is_a_route() -> None:
    assert {key: scope or ANYBODY for key, scope in routes().items()} == dict(ROUTES)


def address(path: str) -> str:
    for name in ("key_id", "path"):
        path = path.replace("{" + name + "}", "0123456789ab")
    for name in ("account_id", "charge_id", "entry_id", "sale_id"):
        path = path.replace("{" + name + "}", "999999999")
    path = path.replace("{lang}", "fr")
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + NOBODYS + rest.partition("}")[2]
    return path


def expected(scope: str, audience: str | None, roles: frozenset[str]) -> set[int]:
    """`audience` None is nobody (401), else `operator` or `organisation`."""
    if scope == ANYBODY:
        return SERVED | {401, 403}
    if audience is None:
        return {401}
    holds = scope in identity.scopes_of(roles, of_operator=audience == "operator")
    return SERVED if holds else {403}


async def test_P_01_every_route_answers_every_role_as_stated(stripe: None) -> None:
    acme = await clients.organisation("acme")
    async with AsyncExitStack() as stack:
        callers: list[tuple[str, str | None, frozenset[str], httpx.AsyncClient]] = [
            ("nobody", None, frozenset(), clients.visitor()),
            ("ended session", None, frozenset(), clients.visitor({"cookie": "maillage=ended"})),
            *[
                (f"staff {role}", "operator", frozenset({role}), await clients.signed_in(role))
                for role in STAFF
            ],
            *[
                (
                    f"people {role}",
                    "organisation",
                    frozenset({role}),
                    await clients.signed_in(role, acme),
                )
                for role in PEOPLE
            ],
        ]
        surprises = []
        for who, audience, roles, caller in callers:
            await stack.enter_async_context(caller)
            for (method, path), scope in ROUTES.items():
                if (method, path) in ENDS_THE_SESSION:
                    continue  # It would end the caller's session: see tests/identity.
                answer = await caller.request(method, address(path))
                if answer.status_code not in expected(scope, audience, roles):
                    surprises.append(f"{who}: {method} {path}: {answer.status_code}")
    assert surprises == []


@pytest.mark.parametrize("scheme", ["Bearer mk_test_0123456789ab_wrong", "bearer x"])
async def test_a_refused_key_opens_nothing_but_what_is_nobodys(db: None, scheme: str) -> None:
    async with clients.visitor({"authorization": scheme}) as program:
        for (method, path), scope in ROUTES.items():
            answer = await program.request(method, address(path))
            if path.startswith(("/api/store", "/api/portal", "/api/office", "/{lang}")):
                assert answer.status_code == 401, (method, path)
            else:
                assert scope == ANYBODY and answer.status_code in SERVED


async def test_what_one_organisation_writes_no_other_one_reads(db: None) -> None:
    """The canary of acme is in its rows; no answer to anybody of another may hold it."""
    acme, other = await clients.organisation("acme-canary"), await clients.organisation("other")
    async with await clients.signed_in("owner", acme) as theirs:
        made = await theirs.post(
            "/api/portal/api-keys", json={"name": "canary", "scopes": ["portal:sale:read"]}
        )
        assert "canary" in (await theirs.get("/api/portal/api-keys")).text
    for role in PEOPLE:
        async with await clients.signed_in(role, other) as caller:
            for method, path in ROUTES:
                if method == "GET" and path.startswith(("/api/store", "/api/portal")):
                    answer = await caller.get(
                        address(path).replace("0123456789ab", made.json()["id"])
                    )
                    assert "canary" not in answer.text, path
