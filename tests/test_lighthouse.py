"""What `make lighthouse` reads out of a report, and what it calls too little."""

from typing import Any

from tests.lighthouse import read, short

REPORT: dict[str, Any] = {
    "categories": {"performance": {"score": 0.995}, "seo": {"score": 1}},
    "audits": {
        "network-requests": {
            "details": {
                "items": [
                    {"resourceType": "Script", "transferSize": 12_000},
                    {"resourceType": "Document", "transferSize": 9_000},
                ]
            }
        },
        "total-byte-weight": {"numericValue": 21_000},
        "cumulative-layout-shift": {"numericValue": 0.02},
        "largest-contentful-paint": {"numericValue": 1200.5},
    },
}


def test_a_report_is_read_as_marks_bytes_shift_and_paint() -> None:
    assert read(REPORT) == {
        "performance": 100, "seo": 100, "js_bytes": 12_000, "total_bytes": 21_000, "cls": 0.02,
        "lcp_ms": 1200.5,
    }  # fmt: skip


def test_what_misses_its_bar_is_named() -> None:
    assert short("home", {**read(REPORT), "cls": 0.01}) == []
    assert short("home", {**read(REPORT), "seo": 66, "load": 200}) == ["home: seo 66, cls 0.02"]
    assert short("portal", {"accessibility": 100}) == []
