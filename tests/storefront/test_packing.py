"""Pages and files are packed as the browser accepts them, and never where a secret stands."""

import gzip

import brotli
import pytest

from backend.storefront import asset_path
from backend.storefront.packing import packing_for
from tests import clients


@pytest.mark.parametrize(
    ("accepted", "packing"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("br;q=0.000, gzip;q=0.0", ""),
        ("BR;q=0.1", "br"),
        ("", ""),
        ("brotli", ""),
    ],
)
def test_the_best_that_the_browser_accepts_is_chosen(accepted: str, packing: str) -> None:
    assert packing_for(accepted) == packing


async def test_a_file_and_a_public_page_are_packed_both_ways(db: None) -> None:
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}
    async with clients.visitor({"accept-encoding": "identity"}) as anybody:
        for path in (asset_path("htmx.min.js"), "/fr"):
            plain = (await anybody.get(path)).content
            for packing, opened in unpack.items():
                headers = {"accept-encoding": packing}
                async with anybody.stream("GET", path, headers=headers) as answer:
                    sent = b"".join([part async for part in answer.aiter_raw()])
                assert answer.headers["content-encoding"] == packing
                assert "accept-encoding" in answer.headers["vary"]
                assert len(sent) < len(plain) / 2
                assert len(opened(sent)) == len(plain)
        font = await anybody.get(
            asset_path("fonts/inter-latin.woff2"), headers={"accept-encoding": "br"}
        )
        assert "content-encoding" not in font.headers, "it is packed already"
        assert "immutable" in font.headers["cache-control"]


async def test_a_page_of_ones_own_is_not_packed(db: None) -> None:
    async with clients.visitor({"accept-encoding": "br, gzip"}) as anybody:
        assert "content-encoding" not in (await anybody.get("/fr/sign-in")).headers
