"""Log lines carry no credential, whoever passes one by mistake."""

from __future__ import annotations

import io
import json
import logging

import pytest

from infra import logs


@pytest.fixture
def written() -> io.StringIO:
    stream = io.StringIO()
    logs.configure("INFO", stream)
    return stream


def test_lines_are_json_with_the_fields_that_were_passed(written: io.StringIO) -> None:
    logging.getLogger("steward").info("sent %s", "a card", extra={"message_key": "ask:1"})
    line = json.loads(written.getvalue())
    assert (line["message"], line["message_key"], line["levelname"]) == ("sent a card", "ask:1", "INFO")


@pytest.mark.parametrize(
    "secret",
    ["Bearer abcdefghijklmnopqrstuvwxyz", "sk-ant-abcdefghijklmnop", "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln"],
)
def test_what_looks_like_a_credential_is_struck_out(secret: str, written: io.StringIO) -> None:
    logging.getLogger("steward").warning("got %s", secret)
    assert secret.rsplit(maxsplit=1)[-1] not in written.getvalue()
    assert "***" in written.getvalue()


def test_a_credential_in_a_traceback_is_struck_out(written: io.StringIO) -> None:
    try:
        raise ValueError("Bearer abcdefghijklmnopqrstuvwxyz")
    except ValueError:
        logging.getLogger("steward").exception("broke")
    assert "abcdefghijklmnop" not in written.getvalue()
    assert "ValueError" in written.getvalue()
