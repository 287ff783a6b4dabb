from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest

from plans.model.list_schedule import list_schedule
from tests.bench import psplib
from tests.bench.psplib_file import Instance, Known, parse, read
from tests.bench.psplib_made import made, text

CHAIN = Instance(
    "j2_1",
    durations={1: 0, 2: 2, 3: 3, 4: 0},
    needs={1: (0,), 2: (1,), 3: (1,), 4: (0,)},
    successors={1: (2,), 2: (4,), 3: (4,), 4: ()},
    capacities=(1,),
)
"""Two jobs that one resource does one after the other."""


def _zip(path: Path, files: Mapping[str, str]) -> Path:
    with ZipFile(path, "w") as archive:
        for name, held in files.items():
            archive.writestr(name, held)
    return path


def test_an_instance_is_read_as_it_was_written() -> None:
    instance, _ = made(3, jobs=60)
    assert parse(instance.name, text(instance)) == instance


@pytest.mark.parametrize(
    ("name", "table", "known"),
    [
        ("optimum.csv", "problem,optimum\nmade16_1.sm,40\n", Known(40, 40)),
        ("best.csv", "instance;lb;ub\nmade16_1;39;41\n", Known(39, 41)),
        ("made16opt.sm", "Paramter  Instance  Makespan  CPU\n===\n  1  1  40  0.3\n", Known(None, None)),
        ("notes.txt", "nothing of the kind", Known(None, None)),
    ],
)
def test_best_known_ends_are_read_in_several_forms(tmp_path: Path, name: str, table: str, known: Known) -> None:
    instance, _ = made(0)
    found, best = read(_zip(tmp_path / "set.zip", {f"{instance.name}.sm": text(instance), name: table}))
    assert found == [instance]
    assert best.get(instance.name, Known(None, None)) == known


def test_psplibs_own_table_goes_by_parameter_and_instance(tmp_path: Path) -> None:
    instance, _ = made(0)
    files = {"sets/j602_3.sm": text(instance), "j60hrs.sm": "Par Inst Makespan\n---\n2 3 77\n"}
    _, best = read(_zip(tmp_path / "j60.zip", files))
    assert best == {"j602_3": Known(None, 77)}


def test_what_a_schedule_breaks_is_counted_out() -> None:
    assert CHAIN.broken({1: 0, 2: 0, 3: 2, 4: 5}) == []
    assert CHAIN.broken({1: 0, 2: 0, 3: 1, 4: 5}) == ["2 of resource 1 at 1, there are 1"]
    assert CHAIN.broken({1: 0, 2: 0, 3: 2, 4: 4}) == ["4 starts before 3 ends"]
    assert CHAIN.broken({1: 0, 2: 0, 3: 2}) == ["4 is not scheduled"]


def test_a_gap_is_measured_by_the_best_known_end_or_by_the_bound() -> None:
    found = psplib.run([CHAIN], {"j2_1": Known(None, 4)}, "list", list_schedule)
    assert (found.feasible, found.optimal, found.gap) == (1, 1, 25.0)
    assert psplib.run([CHAIN], {}, "list", list_schedule).gap == 0
    assert psplib.critical_path(CHAIN) == 3


def test_the_command_prints_both_ways(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = [made(number) for number in range(2)]
    files = {f"{instance.name}.sm": text(instance) for instance, _ in pairs}
    table = "problem,optimum\n" + "".join(f"{instance.name}.sm,{end}\n" for instance, end in pairs)
    path = _zip(tmp_path / "made.zip", {**files, "optimum.csv": table})
    assert psplib.main([str(path), "0.5"]) == 0
    said = capsys.readouterr().out
    assert "list scheduler feasible 2/2" in said
    assert "levelled       feasible 2/2" in said


def test_the_command_says_what_it_cannot_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert psplib.main([str(tmp_path / "none.zip")]) == 2
    assert psplib.main([str(_zip(tmp_path / "empty.zip", {"a.txt": ""}))]) == 2
    assert psplib.main([]) == 2
    said = capsys.readouterr().err
    assert "cannot be read" in said
    assert "holds no .sm instance" in said
