"""What can go wrong with a message on its way to Teams, sorted by what has to happen next.

VendorError
├── SendLater    not now: try again, after ``retry_after`` seconds if the channel said so
├── SendRefused  never, as it is; the text says why in our words, fit for a card
└── MessageGone  the message to be replaced is not there any more: post it anew
"""

from __future__ import annotations

from plans.errors import VendorDown, VendorRefused


class SendLater(VendorDown):
    """``retry_after`` is in seconds; None leaves the pace to the caller."""

    def __init__(self, said: str, retry_after: float | None = None) -> None:
        super().__init__(said)
        self.retry_after = retry_after


class SendRefused(VendorRefused):
    pass


class MessageGone(VendorRefused):
    pass
