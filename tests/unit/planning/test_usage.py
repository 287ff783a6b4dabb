from __future__ import annotations

import pytest

from plans.planning.usage import cost_micros, total
from plans.ports.brain import Usage


@pytest.mark.parametrize(
    ("model", "tokens", "micros"),
    [
        ("claude-opus-5-5", (1_000_000, 0, 0, 0), 4_000_000),
        ("claude-opus-5-5-20260901", (0, 0, 0, 1_000_000), 20_000_000),
        ("claude-opus-5-5", (0, 1_000, 0, 0), 5_000),  # written to the cache: a quarter more
        ("claude-opus-5-5", (0, 0, 1_000, 0), 400),  # read from it: a tenth
        ("claude-haiku-5-5", (1, 0, 0, 0), 1),  # a tenth of a millionth, rounded up
        ("llama", (1_000, 0, 0, 1_000), 0),
    ],
)
def test_tokens_are_priced_from_the_list(model: str, tokens: tuple[int, int, int, int], micros: int) -> None:
    assert cost_micros(model, *tokens) == micros


def test_usages_add_up_and_keep_every_request_id() -> None:
    first = Usage(model="a", request_id="r1", input_tokens=1, output_tokens=2, cost_usd_micros=3, calls=1)
    second = Usage(model="b", request_id="r2", input_tokens=10, cache_read_tokens=5, cost_usd_micros=4, calls=1)
    assert total(Usage(), first, second) == Usage(
        model="b",
        request_id="r1, r2",
        input_tokens=11,
        output_tokens=2,
        cache_read_tokens=5,
        cost_usd_micros=7,
        calls=2,
    )
