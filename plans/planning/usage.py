"""What calls to the model cost: tokens added up, and priced from the published list.

Prices are US dollars per million tokens, which is the same number in millionths of a dollar per token; they are kept
in thousandths of that, so that sums are exact.
"""

from __future__ import annotations

from plans.ports.brain import Usage

_PRICES: dict[str, tuple[int, int]] = {
    "claude-fable-5-2": (8_000, 40_000),
    "claude-opus-5-5": (4_000, 20_000),
    "claude-sonnet-5-5": (2_000, 10_000),
    "claude-haiku-5-5": (100, 500),
}
"""Input and output, in nano-dollars per token; the list of November 2026."""
_CACHE_WRITE_PERCENT = 125
_CACHE_READ_PERCENT = 10


def cost_micros(model: str, fresh: int, written: int, read: int, output: int) -> int:
    """Millionths of a US dollar, rounded up; 0 for a model that is not on the list.

    ``written`` and ``read`` are tokens put into and taken from the prompt cache, beside the ``fresh`` ones.
    """
    price = next((price for name, price in _PRICES.items() if model.startswith(name)), (0, 0))
    into = fresh * 100 + written * _CACHE_WRITE_PERCENT + read * _CACHE_READ_PERCENT
    nanos = into * price[0] // 100 + output * price[1]
    return -(-nanos // 1000)


def total(*usages: Usage) -> Usage:
    """All of it; the last model's name, and every request id, in order."""
    return Usage(
        model=next((usage.model for usage in reversed(usages) if usage.model), ""),
        request_id=", ".join(usage.request_id for usage in usages if usage.request_id),
        input_tokens=sum(usage.input_tokens for usage in usages),
        output_tokens=sum(usage.output_tokens for usage in usages),
        cache_read_tokens=sum(usage.cache_read_tokens for usage in usages),
        cost_usd_micros=sum(usage.cost_usd_micros for usage in usages),
        calls=sum(usage.calls for usage in usages),
    )
