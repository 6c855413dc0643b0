"""Files over HTTP: kept for good, compressed for who takes it, absent ones absent; uploads refused."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from starlette.responses import PlainTextResponse

from tests.aside import run_aside
from ui.kit.files import FOR_GOOD, STREAMLIT, Files
from ui.kit.publish import ASSETS, FOLDER, published
from ui.kit.uploads import NO_UPLOAD, ONE_AT_A_TIME, Uploads

CONTENT = b"export default 1;\n" * 50
OWN = next((STREAMLIT / "static" / "js").glob("index.*.js"))


def asked(
    path: str, method: str = "GET", base: str = "", root: str = "", encoding: str = ""
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer; 299 where the question went on to Streamlit."""
    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    async def receive() -> Any:
        raise AssertionError("the body of a question was read")

    headers = [(b"accept-encoding", encoding.encode())] if encoding else []
    scope = {"type": "http", "method": method, "path": path, "root_path": root, "headers": headers}
    app = Files(PlainTextResponse("on to Streamlit", 299), base)
    run_aside(app(scope, receive, send))
    start, *bodies = messages
    answered = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], answered, b"".join(message["body"] for message in bodies)


@pytest.fixture
def file() -> str:
    """The path of a published file."""
    return f"/{FOLDER}/{published('thing', CONTENT)}"


def assert_kept_for_good(headers: dict[str, str]) -> None:
    assert headers["cache-control"] == FOR_GOOD["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["vary"] == "Accept-Encoding"
    assert "javascript" in headers["content-type"]


@pytest.mark.parametrize("encoding", ["gzip", "br, gzip;q=0.8", "deflate, gzip, br, zstd"])
def test_a_file_is_sent_compressed_to_who_takes_that(file: str, encoding: str) -> None:
    status, headers, body = asked(file, encoding=encoding)
    assert status == 200
    assert_kept_for_good(headers)
    assert headers["content-encoding"] == "gzip"
    assert int(headers["content-length"]) == len(body) < len(CONTENT)
    assert body is ASSETS[file.rsplit("/", 1)[1]].compressed or gzip.decompress(body) == CONTENT


@pytest.mark.parametrize("encoding", ["", "br", "gzip;q=0", "br, gzip; q=0.0, deflate"])
def test_a_file_is_sent_as_it_is_to_who_takes_nothing_else(file: str, encoding: str) -> None:
    status, headers, body = asked(file, encoding=encoding)
    assert (status, body) == (200, CONTENT)
    assert "content-encoding" not in headers
    assert_kept_for_good(headers)


def test_a_file_lies_under_the_base_path_and_the_servers_own(file: str) -> None:
    assert asked(f"/a/b{file}", base="/a/b/")[0] == 200
    assert asked(f"/mounted/a/b{file}", base="a/b", root="/mounted")[0] == 200


def test_a_file_that_is_not_there_is_not_the_page(file: str) -> None:
    """Streamlit answers an unknown address with its page, which no browser runs as a module."""
    assert asked(f"/{FOLDER}/gone-0123456789ab.js")[0] == 404
    assert asked(f"/{FOLDER}/../ui/kit/files.py")[0] == 404
    assert asked(file, method="DELETE")[0] == 299


def test_streamlits_own_scripts_are_compressed_too() -> None:
    path = f"/static/js/{OWN.name}"
    status, headers, body = asked(path, encoding="gzip")
    assert status == 200
    assert_kept_for_good(headers)
    assert gzip.decompress(body) == OWN.read_bytes()
    assert len(body) < 0.4 * OWN.stat().st_size
    assert asked(path, encoding="gzip")[2] is body  # compressed once
    assert asked(path)[2] == OWN.read_bytes()


@pytest.mark.parametrize(
    "path", ["/", "/unroll", "/static/js/gone.js", "/static/js/../index.html", "/static/media/x.woff2", "/media/x.csv"]
)
def test_everything_else_is_streamlits(path: str) -> None:
    assert asked(path)[0] == 299


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_upload_is_refused_before_it_is_read(method: str) -> None:
    for base in ("", "/a/b"):
        status, _, body = asked(f"{base}/_stcore/upload_file/session/file", method, base)
        assert (status, body.decode()) == (403, NO_UPLOAD)


def test_a_file_goes_through_where_a_page_asks_for_one_and_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    uploads = Uploads()
    monkeypatch.setattr("ui.kit.files.UPLOADS", uploads)
    place = "/_stcore/upload_file/mine/file"
    assert asked(place, "PUT")[0] == 403
    uploads.ask("mine", "train")
    assert asked(place, "PUT")[0] == 299
    assert asked("/_stcore/upload_file/another/file", "PUT")[0] == 403
    assert uploads.begin("mine") == ""
    status, _, body = asked(place, "PUT")
    assert (status, body.decode()) == (429, ONE_AT_A_TIME)
    uploads.end("mine")
    uploads.open("mine", "train")
    assert asked(place, "PUT")[0] == 299
    uploads.open("mine", "unroll")
    assert asked(place, "PUT")[0] == 403
