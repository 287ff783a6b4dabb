"""A table that cannot be taken is refused with the place and the reason, and nothing of it is."""

from __future__ import annotations

import time

import pytest

from plans.model.exchange import spreadsheet
from plans.model.exchange.reading import Unreadable
from plans.model.exchange.table import CELL, decoded
from plans.words import ItemId
from tests.unit.model.drawn import item, launch, plan_of
from tests.unit.model.exchange.dressed import KNOWN, read, typed

HEAD = "id,kind,title,parent,owner,start,end,days,waits_for,agent\n"


@pytest.mark.parametrize(
    ("column", "cell", "why"),
    [
        ("start", "30 Feb", "“30 Feb” is no date; write it as year-month-day, such as 2026-11-30"),
        ("start", "2026-02-30", "“2026-02-30” does not exist"),
        ("end", "2027-02-29", "“2027-02-29” does not exist; that year has no 29 February"),
        ("end", "3/4/2027", "“3/4/2027” can be read in two ways; write it as year-month-day"),
        ("end", "0001-01-01", "“0001-01-01” is not within the years 1970 to 2200"),
        ("start", "", "it is empty"),
        ("title", " ", "it is empty"),
        ("days", "0", "“0” is no number of working days; write a whole number from 1"),
        ("days", "-2", "“-2” is no number of working days; write a whole number from 1"),
        ("days", "two", "“two” is no number of working days; write a whole number from 1"),
        ("days", "1.5", "“1.5” is no number of working days; write a whole number from 1"),
        ("days", "99999", "99999 working days are more than 10,000"),
        ("low", "3", "at best 3, likely 2 and at worst 2 working days do not go from less to more"),
        ("effort", "2", "“2” is no part of a day; write a number above 0 and up to 1"),
        ("kind", "epic", "“epic” is none of objective, stream, milestone, task"),
        ("state", "ongoing", "“ongoing” is none of proposed, planned, ready, delegated, asking, done, dropped"),
        ("verb", "fly", "“fly” is none of read, draft, publish, message, spend, change"),
        ("owner", "Bob Bilder", "nobody called “Bob Bilder” is known here; the nearest is Bob Builder"),
        ("agent", "writter", "there is no agent “writter”; the nearest is writer"),
        ("parent", "NA-77", "there is no item NA-77"),
        ("waits_for", "NA-77", "there is no item NA-77"),
        ("waits_for", "soon", "“soon” is no dependency; write NA-3, NA-3+2d or NA-3 SS+1d"),
        ("waits_for", "NA-4; NA-4+1d", "it names NA-4 twice"),
        ("waits_for", "NA-4+999d", "a lag of 999 working days is more than 500"),
        ("waits_for", "NA-6", "these items wait for each other in a circle"),
        ("waits_for", "NA-5", "these items wait for each other in a circle"),
        ("waits_for", "NA-6 SS", "these items wait for each other in a circle"),
        ("parent", "NA-5", "these items wait for each other in a circle"),
        ("metric", "fame", "the plan has no metric “fame”; its metrics are leads"),
        ("budget", "1.000", "“1.000” is no amount; write 1000 EUR or 1000.50 EUR"),
        ("budget", "-5", "“-5” is no amount; write 1000 EUR or 1000.50 EUR"),
        ("expects", "warm", "“warm” is no expectation; write words>=200 or tone=warm"),
        ("expects", "words>=many", "“many” is no whole number; write words>=200, or words=… for a text"),
    ],
    ids=str,
)
def test_a_cell_that_cannot_be_read_is_named_with_file_line_column_and_reason(column: str, cell: str, why: str) -> None:
    plan = launch()
    with pytest.raises(Unreadable) as refused:
        read(plan, typed(plan, "NA-5", column, cell))
    said = refused.value.problems[0]
    shown = "waits_for" if "circle" in why else "days" if column == "low" else column
    assert said.startswith(f"plan.csv, line 6, column {shown}")
    assert why.casefold() in said.casefold()
    assert refused.value.way_on == "Nothing was changed. Put it right and import it again."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "plan.csv is empty: its first line names the columns, beginning with id."),
        ("id,titel\nNA-5,x", "plan.csv, line 1: there is no column “titel”; the nearest is title."),
        ("title,end\nx,2026-12-01", "plan.csv, line 1: there is no column id, which says what each row is about."),
        ("id,title,Title\nNA-5,x,y", "plan.csv, line 1: the column title stands there twice."),
        ("id,title,,end\nNA-5,x,,", "plan.csv, line 1: column 3 has no name."),
        ("id,title\nNA-5,a\nNA-5,b", "plan.csv, line 3, column id: NA-5 stands in line 2 already."),
        ("id,title\n\n\nNA-5,a\nna-5,b", "plan.csv, line 5, column id: NA-5 stands in line 4 already."),
        ("id,title\nNA-5", "plan.csv, line 2: the first line has 2 cells, this one 1."),
        ("id,title\nNA-5,a,b", "plan.csv, line 2: the first line has 2 cells, this one 3."),
        ('id,title\nNA-5,"a\nNA-6,b', "plan.csv, line 2: a quotation mark is opened and never closed."),
        ("id,title\nNA-5,a\0b", "plan.csv, line 2: a NUL is no text."),
        (f"id,title\nNA-5,{'x' * (CELL + 1)}", "plan.csv, line 2: a cell is longer than 256 KB."),
        ("id,title\nXY-1,a", "plan.csv, line 2, column id: “XY-1” is no item of Northwind, whose ids begin with NA-"),
        ("id,kind\nna-5,", "plan.csv, line 2, column kind: it is empty."),
        ("id,title,end\nNA-1000000,Call,2026-12-01", "plan.csv, line 2, column id: “NA-1000000” is no item"),
        ("id,title,end\n,Call,", "plan.csv, line 2, column end: it is empty."),
        ("id,title\n,Call", "plan.csv, line 2: a new item needs the column end."),
        ("id,start,end\nNA-5,2026-12-09,2026-12-03", "plan.csv, line 2, column end (NA-5): it ends 2026-12-03, before"),
    ],
)
def test_a_table_that_is_none_is_refused(text: str, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(launch(), text)
    assert refused.value.problems[0].startswith(said)


def test_all_that_is_wrong_is_told_at_once() -> None:
    text = HEAD + "NA-4,epic,,NA-2,Nobody,30 Feb,2026-12-01,0,,\nNA-5,task,x,NA-2,Bob Builder,2026-12-01,nil,1,,\n"
    with pytest.raises(Unreadable) as refused:
        read(launch(), text)
    assert len(refused.value.problems) == 6
    assert refused.value.said.endswith("There are 3 more problems.")


def test_a_line_is_counted_as_an_editor_counts_it() -> None:
    text = 'id,instructions,days\nNA-4,"one\ntwo\nthree",2\nNA-5,,nil\n'
    with pytest.raises(Unreadable, match="line 5, column days"):
        read(launch(), text)


def test_what_is_not_utf8_is_refused_with_the_line_and_a_way_on() -> None:
    with pytest.raises(Unreadable) as refused:
        decoded("id,title\nNA-5,Größe\n".encode("cp1252"), "plan.csv")
    assert refused.value.problems == (
        "plan.csv, line 2: the byte 0xF6 is not UTF-8. Save it as UTF-8 (in Excel: “CSV UTF-8”).",
    )
    assert decoded("\ufeffid".encode(), "plan.csv") == "id"


def test_a_cell_of_a_quarter_megabyte_is_taken() -> None:
    plan = launch()
    assert len(read(plan, f"id,instructions\nNA-5,{'x' * CELL}").edits) == 1


def test_ten_thousand_rows_are_read_and_compared_while_somebody_waits() -> None:
    plan = plan_of(
        *(item(number, after=(ItemId(f"NA-{number - 1}"),) if number > 1 else ()) for number in range(1, 10_001))
    )
    text = spreadsheet.text(plan, KNOWN).replace("Task ", "Work ")
    begun = time.process_time()
    assert len(read(plan, text).edits) == 10_000
    assert time.process_time() - begun < 6, "about one second on an idle machine"
