"""The forms that the second step of signing in and the setting up of factors share."""

from typing import Annotated, Any, Literal

import msgspec

Code = Annotated[str, msgspec.Meta(min_length=6, max_length=40)]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]


class CodeIn(msgspec.Struct, forbid_unknown_fields=True):
    """Six digits of the authenticator, or a recovery code."""

    code: Code


class Answered(msgspec.Struct, omit_defaults=True):
    """As `PublicKeyCredential.toJSON()` has it; base64url."""

    clientDataJSON: Word
    attestationObject: Word | None = None
    authenticatorData: Word | None = None
    signature: Word | None = None
    userHandle: str | None = None


class Credential(msgspec.Struct):
    """`PublicKeyCredential.toJSON()`, whole: what is not read here may stand in it."""

    id: Word
    rawId: Word
    response: Answered
    type: Literal["public-key"] = "public-key"


class CredentialIn(msgspec.Struct, forbid_unknown_fields=True):
    credential: Credential


class Options(msgspec.Struct):
    """For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`."""

    options: dict[str, Any]


ONCE = {"keeps_no_answer": True}
"""`opt` of a route that shows or takes a secret."""
