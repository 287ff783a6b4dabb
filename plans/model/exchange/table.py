"""A table in a text: rows under named columns, each with its line, whatever program wrote it.

Commas, semicolons and tabs separate; line ends are of any kind; a byte order mark and Excel's ``sep=`` line are taken.
What cannot be one table is refused with its line.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from plans.model.exchange.guard import guarded, unguarded
from plans.model.exchange.reading import Problems, Unreadable, nearest

CELL: Final = 256 * 1024
"""Characters of one cell."""
SEPARATORS: Final = (",", ";", "\t")
_MARK: Final = "\ufeff"
# The library's own limit is half of that, and it is the whole process's: nothing else here reads such tables.
csv.field_size_limit(CELL)


@dataclass(frozen=True)
class Row:
    line: int
    """The first of its lines in the file, from 1."""
    cells: dict[str, str]
    """By the column's own name; columns that the file does not have are missing."""


def decoded(body: bytes, name: str) -> str:
    """The text of a file. Raises Unreadable, with the line, for bytes that are not UTF-8."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            [
                f"{name}, line {line}: the byte 0x{body[error.start]:02X} is not UTF-8. Save it as UTF-8 "
                "(in Excel: “CSV UTF-8”)."
            ]
        ) from None


def written(columns: Sequence[str], rows: Iterator[Sequence[str]], separator: str = ",") -> str:
    """RFC 4180, every text guarded."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue()


def rows(text: str, name: str, columns: Sequence[str], *, ragged: bool = False) -> list[Row]:
    """``ragged``: cells that are missing at a row's end are left open, for chats take off what is blank there.

    Raises Unreadable for columns that nobody knows, named twice, or without ``columns[0]``, and for broken rows."""
    text = text.removeprefix(_MARK)
    if "\0" in text:
        raise Unreadable([f"{name}, line {text.count(chr(10), 0, text.index(chr(0))) + 1}: a NUL is no text."])
    skipped = 0
    if hint := re.match(r"sep=(.)\r?\n", text):
        text, skipped = text[hint.end() :], 1
    separator = _separator(text, columns)
    found = _records(text, separator, skipped, name)
    head = next(found, None)
    if head is None:
        raise Unreadable([f"{name} is empty: its first line names the columns, beginning with {columns[0]}."])
    names = _header(head[1], name, head[0], columns)
    problems = Problems()
    made = [
        Row(line, cells)
        for line, record in found
        if (cells := _cells(record, names, f"{name}, line {line}", problems, ragged=ragged))
    ]
    problems.settle()
    return made


def _separator(text: str, columns: Sequence[str]) -> str:
    """The one under which the first line names most columns."""
    first = text.lstrip("\r\n").split("\n", 1)[0]

    def known(separator: str) -> int:
        return sum(_plain(cell) in columns for cell in first.split(separator))

    return max(SEPARATORS, key=known)


def looks_like_header(line: str, columns: Sequence[str]) -> bool:
    """Whether the line could be a table's first: several columns, and one of them known."""
    return any(
        separator in line and any(_plain(cell) in columns for cell in line.split(separator)) for separator in SEPARATORS
    )


def _plain(cell: str) -> str:
    return re.sub(r"[\s\-]+", "_", cell.strip().strip("\"'").strip().lower())


def _records(text: str, separator: str, skipped: int, name: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1 + skipped
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable([f"{name}, line {line}: {_reason(str(error))}."]) from None
        if any(cell.strip() for cell in record):
            yield line, record


def _reason(said: str) -> str:
    if "field limit" in said:
        return f"a cell is longer than {CELL // 1024} KB"
    if "unexpected end" in said:
        return "a quotation mark is opened and never closed"
    return f"the quotation marks do not fit ({said})"


def _header(record: list[str], name: str, line: int, columns: Sequence[str]) -> list[str]:
    names = [_plain(cell) for cell in record]
    while names and not names[-1]:
        names.pop()
    problems = Problems()
    for place, column in enumerate(names):
        if not column:
            problems.add(f"{name}, line {line}", f"column {place + 1} has no name")
        elif column not in columns:
            known = nearest(column, columns) or f"; the columns are {', '.join(columns)}"
            problems.add(f"{name}, line {line}", f"there is no column “{record[place].strip()[:40]}”{known}")
        elif column in names[:place]:
            problems.add(f"{name}, line {line}", f"the column {column} stands there twice")
    if columns[0] not in names:
        problems.add(f"{name}, line {line}", f"there is no column {columns[0]}, which says what each row is about")
    problems.settle()
    return names


def _cells(
    record: list[str], names: list[str], where: str, problems: Problems, *, ragged: bool
) -> dict[str, str]:  # fmt: skip
    if len(record) < len(names) and not ragged:
        problems.add(where, f"the first line has {len(names)} cells, this one {len(record)}")
        return {}
    if any(cell.strip() for cell in record[len(names) :]):
        problems.add(where, f"the first line has {len(names)} cells, this one {len(record)}")
        return {}
    return {column: unguarded(cell) for column, cell in zip(names, record, strict=False)}
