"""How an organisation is written to."""

from datetime import datetime
from uuid import UUID

from backend import mail, partners
from backend.dues.letters import Written


async def write_to(organisation_id: UUID, letter: Written, now: datetime) -> str | None:
    """In its language, in the outbox and the bell; answers its address, None if it gave none."""
    organisation = await partners.read_organisation(organisation_id)
    if organisation.email is not None:
        language = organisation.language
        await mail.send(organisation.email, letter(language), language=language, now=now)
    return organisation.email
