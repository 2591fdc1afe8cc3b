"""The desk's page and files as a browser gets them."""

import gzip
import re
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from backend import web
from backend.desk import Build
from backend.desk.routes import routes

PAGE = '<!doctype html><script nonce="__NONCE__">1</script><script src="/desk/assets/a-1.js">'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "assets" / "a-1.js").write_text("let a = 1;")
    (tmp_path / "assets" / "a-1.js.br").write_bytes(b"brotli")
    (tmp_path / "assets" / "a-1.js.gz").write_bytes(gzip.compress(b"let a = 1;"))
    (tmp_path / "secret.js").write_text("not an asset")
    return tmp_path


def client(folder: Path) -> TestClient[Litestar]:
    app = Litestar(
        [*routes(Build(folder))],
        exception_handlers=web.ANSWERS,
        before_send=[web.security_headers(https=True)],
    )
    return TestClient(app)


@pytest.mark.parametrize("path", ["/portal", "/portal/payouts/1", "/office", "/office/a/b/c"])
def test_every_address_of_the_desk_is_the_one_page(folder: Path, path: str) -> None:
    with client(folder) as browser:
        answer = browser.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"
        assert browser.head(path).status_code == 200


def test_scripts_and_styles_need_the_nonce_of_this_very_answer(folder: Path) -> None:
    with client(folder) as browser:
        nonces = set()
        for _ in range(3):
            answer = browser.get("/portal")
            policy = answer.headers["content-security-policy"]
            found = re.search(r"script-src 'self' 'nonce-([\w-]+)'", policy)
            assert found is not None
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert f'nonce="{found[1]}"' in answer.text
            assert "__NONCE__" not in answer.text
            nonces.add(found[1])
        assert len(nonces) == 3


def test_a_file_comes_as_small_as_the_browser_takes_it_and_is_kept_for_ever(folder: Path) -> None:
    with client(folder) as browser:
        path = "/desk/assets/a-1.js"
        plain = browser.get(path, headers={"accept-encoding": "identity"})
        assert plain.text == "let a = 1;"
        assert "content-encoding" not in plain.headers
        assert "immutable" in plain.headers["cache-control"]
        small = browser.get(path, headers={"accept-encoding": "gzip, deflate"})
        assert small.headers["content-encoding"] == "gzip"
        assert small.text == "let a = 1;"
        smallest = browser.head(path, headers={"accept-encoding": "gzip, br;q=0.9"})
        assert smallest.headers["content-encoding"] == "br"
        assert smallest.headers["content-type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize(
    "name", ["b-2.js", "..%2Fsecret.js", "..%5Csecret.js", "a-1.js.br", "index.html", ".."]
)
def test_nothing_but_built_assets_is_served(folder: Path, name: str) -> None:
    with client(folder) as browser:
        assert browser.get(f"/desk/assets/{name}").status_code == 404


def test_a_new_build_is_seen_without_a_restart(folder: Path) -> None:
    with client(folder) as browser:
        assert "a-1.js" in browser.get("/portal").text
        newer = folder / "index.new"
        newer.write_text(PAGE.replace("a-1", "a-2"))
        newer.replace(folder / "index.html")
        assert "a-2.js" in browser.get("/portal").text


def test_without_a_build_it_says_how_to_make_one(tmp_path: Path) -> None:
    with client(tmp_path) as browser:
        answer = browser.get("/portal")
        assert answer.status_code == 404
        assert "make desk" in answer.text
