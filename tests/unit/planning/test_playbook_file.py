"""What is wrong in a playbook is told with file, line and reason; a folder of one's own joins the shelf."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.errors import SetupError
from plans.planning.playbook_days import Bound, before
from plans.planning.playbook_file import load
from plans.planning.playbooks import FOLDER, shelf
from tests.unit.model.drawn import patient

GOOD = (FOLDER / "product_launch.yaml").read_text(encoding="utf-8")


def line_of(text: str) -> int:
    """Where it stands in the playbook of the house."""
    return GOOD[: GOOD.index(text)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("label: product launch", "labbel: product launch", r":4: label: Field required"),
        ("label: product launch", "labbel: product launch", r":5: labbel: unknown key"),
        ("lead_days: 20", "lead_days: 20\nlead_days: 5", r":\d+: lead_days stands there twice"),
        ("lead_days: 20", "lead_days: soon", r":\d+: lead_days: Input should be a valid integer"),
        ("opens: {day: 0}", "opens: {day: 0, left: 5}", r"streams\.0\.opens: Value error, say either day or left"),
        ("{figure} follow", "{figures} follow", r":8: north_star: Value error, \{figures\} is none of"),
        ("{figure} follow", "{figure.__class__} follow", r"north_star: Value error, \{figure\.__class__\} is none of"),
        ("{figure} follow", "{figure!r} follow", r"north_star"),
        ("capability: research", "capability: hack", r"tasks\.0\.capability"),
        ("keywords: {", "keywords: {[", r":\d+: "),
        ("share: 0.6", "share: 1.6", r"team\.designer\.share: Input should be less than or equal to 1"),
        ("effort: 0.25", "effort: 0", r"when\.effort: Input should be greater than 0"),
        (
            "days: [1, 2, 4]",
            "days: [2, 1, 4]",
            r"when: Value error, days go from the best over the likely to the worst",
        ),
        ("left: [90, 75]", "left: [75, 90]", r"when: Value error, left goes from more to less"),
        ("kind: start_start, lag: 1", "kind: finish_start, lag: 0", r"links\.0: Value error, a plain wait belongs"),
        ("kind: embargo", "kind: silence", r"constraints\.0"),
        ("flow:\n      trigger: The plan is approved.", "flow:", r"streams\.0\.flow\.trigger: Field required"),
        ("probability: 0.3", "probability: 3", r"risks\.0\.probability"),
    ],
)
def test_a_playbook_that_is_misshapen_is_refused_with_file_and_line(
    tmp_path: Path, old: str, new: str, where: str
) -> None:
    _refused(tmp_path, old, new, where)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("after: [copy, review]", "after: [copy, nothing]", r"there is no milestone or task nothing"),
        ("  - key: copy\n", "  - key: mail\n", r"tasks\.2\.key: used for two parts: mail"),
        ("  - key: crew", "  - key: figures", r"tasks\.4\.key: used for two parts: figures"),
        ("objective: prepared", "objective: fame", r"streams\.3\.objective: there is no objective fame"),
        ("stream: positioning", "stream: fame", r"tasks\.0\.stream: there is no stream fame"),
        ("    role: legal", "    role: judge", r"tasks\.\d+\.role: there is no judge in the team"),
        ("  legal: {share", "  judge: {share: 1}\n  legal: {share", r"team\.judge: no task is the judge's"),
        ("audience: launch-list\n", "", r"tasks\.2\.capability: sends to nobody"),
        ("items: [book]", "items: [look]", r"risks\.4\.items: there is no milestone or task look"),
        ("{item: page_copy, kind", "{item: page_coffee, kind", r"links: there is no milestone or task page_coffee"),
        ("opens: {left: 65}", "opens: {left: 4}", r"streams\.3\.closes: readiness closes before it opens"),
        ("left: [85, 80]", "left: [85, 82]", r"asset_list has no whole day .*: a window takes 5 percent"),
        ("left: [65, 60]", "left: [60, 50]", r"when: claims lies outside the window of positioning"),
        ("at: {left: 40}, after: [quotes]", "at: {left: 45}, after: [quotes]", r"comes before quotes has ended"),
        ("left: [75, 65]", "left: [90, 80]", r"when\.after: message begins before interviews has ended"),
        ("kind: start_start, lag: 1", "kind: start_start, lag: 4", r"less than 4 days after page_copy has begun"),
        ("kind: finish_start, lag: 3", "kind: finish_start, lag: 9", r"begins less than 9 days after claims has ended"),
        ("effort: 0.25, after: [crew]}", "effort: 0.25, after: [visual]}", r"waits for itself: (asset_list|visual) → "),
    ],
)  # fmt: skip
def test_a_playbook_whose_names_or_dates_do_not_hold_is_refused_with_file_and_line(
    tmp_path: Path, old: str, new: str, where: str
) -> None:
    _refused(tmp_path, old.replace("\\n", "\n"), new, where)


def _refused(folder: Path, old: str, new: str, where: str) -> None:
    found = old if old in GOOD else _spread(old)
    assert found in GOOD
    path = folder / "mine.yaml"
    path.write_text(GOOD.replace(found, new if found == old else _spread(new), 1), encoding="utf-8")
    with pytest.raises(SetupError, match=where) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}:")


def _spread(text: str) -> str:
    """A milestone's fields as the file has them: one a line."""
    return text.replace(", after", "\n        after")


def test_the_line_is_the_one_that_is_wrong(tmp_path: Path) -> None:
    old = "    role: legal"
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace(old, "    role: judge"), encoding="utf-8")
    with pytest.raises(SetupError) as caught:
        load(path)
    told = str(caught.value).splitlines()
    assert f"{path}:{line_of(old)}: tasks.{_place('claims')}.role: there is no judge in the team" in told
    assert any("team.legal: no task is the legal's" in line for line in told), "everything is told at once"


def _place(key: str) -> int:
    tasks = GOOD[GOOD.index("\ntasks:") :].split("  - key: ")[1:]
    return next(place for place, task in enumerate(tasks) if task.startswith(f"{key}\n"))


@pytest.mark.parametrize("text", ["", "[]", "just words"])
def test_a_file_that_is_no_playbook_at_all_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SetupError, match=r"mine\.yaml:1"):
        load(path)


def test_a_missing_file_is_told() -> None:
    with pytest.raises(SetupError, match=r"nowhere\.yaml"):
        load(Path("nowhere.yaml"))


@pytest.mark.parametrize("text", [b"name: \xff\xfe", b"name: \x00", b"a: \x07"])
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(text)
    with pytest.raises(SetupError, match=r"mine\.yaml"):
        load(path)


bounds = st.builds(
    Bound, st.integers(0, 12), st.none() | st.integers(0, 100), st.integers(-1, 1)
)  # fmt: skip


@patient
@given(first=bounds, second=bounds, gap=st.integers(0, 5), lead=st.integers(5, 60), more=st.integers(0, 400))
def test_what_comes_before_in_the_shortest_plan_does_so_in_every_longer_one(
    first: Bound, second: Bound, gap: int, lead: int, more: int
) -> None:
    if before(first, second, gap, lead):
        days = lead + more
        assert second.of(days) - first.of(days) >= gap


@patient
@given(left=st.integers(0, 100), lead=st.integers(5, 60))
def test_windows_that_meet_at_a_bound_neither_overlap_nor_leave_a_gap(left: int, lead: int) -> None:
    assert before(Bound(left=left), Bound(left=left), 0, lead)
    assert not before(Bound(left=left), Bound(left=left), 1, lead)


def test_a_folder_of_ones_own_joins_the_shelf_and_takes_the_place_of_its_namesake(tmp_path: Path) -> None:
    mine = (FOLDER / "blog_chain.yaml").read_text(encoding="utf-8")
    (tmp_path / "fair.yaml").write_text(mine.replace("name: blog_chain", "name: trade_fair"), encoding="utf-8")
    (tmp_path / "launch.yaml").write_text(GOOD.replace("label: product launch", "label: our launch"), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a playbook", encoding="utf-8")
    found = {playbook.name: playbook for playbook in shelf(tmp_path)}
    assert len(found) == len(shelf()) + 1
    assert found["product_launch"].label == "our launch"
    assert next(iter(found)) == "product_launch"
    assert "trade_fair" in found


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        shutil.copy(FOLDER / "blog_chain.yaml", tmp_path / f"{name}.yaml")
    with pytest.raises(SetupError, match=r"two\.yaml:1: name: another file .* is called blog_chain already"):
        shelf(tmp_path)


def test_a_folder_that_is_none_is_told_by_the_settings_name(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="STEWARD_PLAYBOOKS"):
        shelf(tmp_path / "nowhere")
