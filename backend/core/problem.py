"""Business refusals. Each becomes one RFC 9457 problem on the wire (`backend.web`)."""

from typing import Any, ClassVar


class Problem(Exception):
    """A refusal that its reader can act on: subclass it, and say the place and the remedy.

    `detail` is one or two sentences for a person; `facts` are the same for a program.
    """

    status: ClassVar[int] = 409
    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "The request was refused"

    def __init__(self, detail: str, **facts: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts = facts
