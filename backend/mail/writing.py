"""A letter's two forms, text and HTML, and the message that carries them."""

import functools
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from uuid import UUID

import jinja2

from backend.mail.rules import OPERATOR, Letter, Post
from backend.mail.words import translator


def text_of(letter: Letter, language: str) -> str:
    """Plain text; the link stands on a line of its own."""
    parts = [*letter.paragraphs, *([letter.link] if letter.link else []), *letter.closing]
    return "\n\n".join([translator(language)("Hello,"), *parts, OPERATOR]) + "\n"


def html_of(letter: Letter, language: str) -> str:
    """HTML that loads nothing from anywhere."""
    _ = translator(language)
    return _template().render(
        letter=letter,
        language=language,
        operator=OPERATOR,
        greeting=_("Hello,"),
        by_hand=_("If the button does not work, copy this address into your browser:"),
    )


def message_of(
    message_id: UUID, recipient: str, subject: str, text: str, html: str, post: Post, at: datetime
) -> EmailMessage:
    """The same row is the same Message-ID however often it is sent: a reader sees it once."""
    message = EmailMessage(policy=SMTP)
    message["From"] = post.sender
    message["To"] = mailbox_of(recipient)
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id}@{post.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message


def mailbox_of(recipient: str) -> Address:
    """One mailbox, whatever stands in it: a comma makes no second one."""
    local, _, domain = recipient.rpartition("@")
    return Address(username=local, domain=domain)


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    return environment.get_template("letter.html")
