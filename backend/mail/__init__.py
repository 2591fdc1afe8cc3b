"""Mail: letters wait in an outbox, written in the transaction that has a reason to send them; a
job hands them to an SMTP server at least once, under a Message-ID made of the row's id. Without a
server they stay, and the office reads them there.
"""

from backend.mail.actions import Addressed, forget_old, send, send_all
from backend.mail.jobs import send_due
from backend.mail.notices import Notice, count_unread, forget_notices, list_notices, mark_read
from backend.mail.queries import Message, list_messages
from backend.mail.rules import OPERATOR, BadPost, Letter, Post, read_post
from backend.mail.words import translator

__all__ = [
    "OPERATOR",
    "Addressed",
    "BadPost",
    "Letter",
    "Message",
    "Notice",
    "Post",
    "count_unread",
    "forget_notices",
    "forget_old",
    "list_messages",
    "list_notices",
    "mark_read",
    "read_post",
    "send",
    "send_all",
    "send_due",
    "translator",
]
