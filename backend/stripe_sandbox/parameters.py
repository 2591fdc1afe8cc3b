"""Which parameters an endpoint takes, in one line each; everything else is refused, as Stripe does.

A declaration is words: `amount!:int` is required and whole, `metadata.*` takes any name below,
`types[]` is an array, `interval:daily|manual` one of these. Dots go one level down.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from backend.stripe_sandbox.refusal import Refusal, unusable

PAGE = "limit:int starting_after ending_before " + " ".join(
    f"created.{word}:int" for word in ("gt", "gte", "lt", "lte")
)
"""What every v1 list takes."""

Pairs = Iterator[tuple[list[str], Any]]


@dataclass(frozen=True, slots=True)
class Shape:
    kinds: dict[str, str]
    required: tuple[str, ...]
    prefixes: frozenset[str]

    def read(self, pairs: Pairs, *, json: bool) -> dict[str, Any]:
        """The parameters, nested and of the declared types.

        Raises:
            Refusal: unknown, missing, empty or of another type; never stored under the key.
        """
        found: dict[str, Any] = {}
        seen: set[str] = set()
        for path, raw in pairs:
            steps = self._steps(path)
            name = ".".join("[]" if isinstance(step, int) else step for step in steps)
            kind = self._kind(name)
            if "\0" in name:
                raise unusable("Invalid parameter name: it holds a NUL character.")
            if kind is None:
                # A container without content says nothing: {} or null.
                if name in self.prefixes and raw in (None, {}, [], ""):
                    continue
                raise _unknown(path)
            seen.add(name)
            value = _typed(kind, raw, path, json=json)
            _place(found, steps, value)
        missing = next((name for name in self.required if name not in seen), None)
        if missing:
            shown = _bracketed(missing.removesuffix(".[]").split("."))
            raise unusable(
                f"Missing required param: {shown}.", code="parameter_missing", param=shown
            )
        return found

    def _steps(self, path: list[str]) -> list[str | int]:
        """A number is an index only where an array is declared: metadata[2026] is a name."""
        steps: list[str | int] = []
        name = ""
        for part in path:
            array = f"{name}.[]"
            if part.isdecimal() and (array in self.kinds or array in self.prefixes):
                steps.append(int(part))
                name = array
            else:
                steps.append(part)
                name = f"{name}.{part}".removeprefix(".")
        return steps

    def _kind(self, name: str) -> str | None:
        if name in self.kinds:
            return self.kinds[name]
        parts = name.split(".")
        for depth in range(1, len(parts)):
            kind = self.kinds.get(".".join([*parts[:depth], "*"]))
            if kind is not None:
                return kind
        return None


def shape(declaration: str) -> Shape:
    kinds: dict[str, str] = {}
    required = []
    for word in declaration.split():
        written, _, kind = word.partition(":")
        name = written.rstrip("!").replace("[]", ".[]")
        if written.endswith("!"):
            required.append(name)
        kinds[name] = kind or "text"
    parts = [name.split(".") for name in kinds]
    prefixes = {".".join(p[:depth]) for p in parts for depth in range(1, len(p))}
    return Shape(kinds, tuple(required), frozenset(prefixes))


def form_pairs(text: str) -> Pairs:
    """`a[b][0]=1` as (["a", "b", "0"], "1")."""
    for key, value in parse_qsl(text, keep_blank_values=True):
        head, *rest = re.split(r"\[", key)
        yield [head, *(part.rstrip("]") or "0" for part in rest)], value


def json_pairs(body: bytes) -> Pairs:
    try:
        value = msgspec.json.decode(body or b"{}")
    except msgspec.DecodeError as error:
        raise unusable(f"The request body is no JSON: {error}", code="invalid_json") from error
    if not isinstance(value, dict):
        raise unusable("The request body must be a JSON object.", code="invalid_json")
    yield from _walk([], value)


def _walk(path: list[str], value: Any) -> Pairs:
    if isinstance(value, dict) and value:
        for name, below in value.items():
            yield from _walk([*path, name], below)
    elif isinstance(value, list) and value:
        for index, below in enumerate(value):
            yield from _walk([*path, str(index)], below)
    elif path:
        yield path, value


def _bracketed(path: list[str]) -> str:
    return path[0] + "".join(f"[{part}]" for part in path[1:])


def _unknown(path: list[str]) -> Refusal:
    shown = _bracketed(path)
    if path[0] == "payment_method_types":
        # Endive removed it: stripe.md D9.
        return unusable(
            "payment_method_types is no longer supported. Use dynamic payment methods or "
            "allowed_payment_method_types.",
            code="payment_method_types_no_longer_supported",
            param=shown,
        )
    return unusable(f"Received unknown parameter: {shown}", code="parameter_unknown", param=shown)


def _typed(kind: str, raw: Any, path: list[str], *, json: bool) -> Any:
    shown = _bracketed(path)
    if kind == "any" or (raw is None and json):
        return raw
    if kind == "int":
        return _whole(raw, shown, json=json)
    if kind == "bool":
        return _truth(raw, shown, json=json)
    if not isinstance(raw, str):
        raise unusable(f"Invalid string: {raw}", param=shown)
    if "\0" in raw:
        raise unusable(f"Invalid string in {shown}: it holds a NUL character.", param=shown)
    if raw == "" and kind != "unset" and path[0] != "metadata":
        raise unusable(
            f"You passed an empty string for '{shown}'. We assume empty values are an attempt to "
            f"unset a parameter; however '{shown}' cannot be unset.",
            code="parameter_invalid_empty",
            param=shown,
        )
    if "|" in kind and raw not in kind.split("|"):
        choices = " or ".join(kind.split("|"))
        raise unusable(f"Invalid {shown}: must be one of {choices}", param=shown)
    return raw


def _whole(raw: Any, shown: str, *, json: bool) -> int:
    if json and isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and re.fullmatch(r"-?\d{1,18}", raw, re.ASCII):
        return int(raw)
    raise unusable(f"Invalid integer: {raw}", code="parameter_invalid_integer", param=shown)


def _truth(raw: Any, shown: str, *, json: bool) -> bool:
    if json and isinstance(raw, bool):
        return raw
    if raw in ("true", "false"):
        return bool(raw == "true")
    raise unusable(f"Invalid boolean: {raw}", param=shown)


def _place(found: dict[str, Any], steps: list[str | int], value: Any) -> None:
    """Arrays are filled in the order of arrival, whatever their indices say."""
    here: Any = found
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        new: Any = value if after is None else ([] if isinstance(after, int) else {})
        if isinstance(here, list):
            assert isinstance(step, int)
            if after is None or step >= len(here):
                here.append(new)
                here = new
            else:
                here = here[step]
        elif after is None:
            here[step] = new
        else:
            here = here.setdefault(step, new)
        if after is not None and not isinstance(here, list if isinstance(after, int) else dict):
            shown = _bracketed([str(step) for step in steps])
            raise unusable(f"Invalid object: {shown}", param=shown)
