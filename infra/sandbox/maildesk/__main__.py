"""Runs Maildesk: ``python -m infra.sandbox.maildesk --port P --home DIR``; prints ``ready <url>`` when it listens."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from aiohttp import web

from infra.sandbox.maildesk.server import FAULTS, Maildesk
from infra.sandbox.maildesk.store import Store


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m infra.sandbox.maildesk",
        description="A mail tool with only a web UI, on this machine's own address.",
        epilog="faults: " + "; ".join(f"{name}: {what}" for name, what in FAULTS.items()),
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--home", type=Path, required=True, help="folder of the database and of credentials.json")
    parser.add_argument("--code-lifetime", type=int, default=30, metavar="SECONDS")
    parser.add_argument("--session-lifetime", type=float, default=43_200, metavar="SECONDS")
    parser.add_argument("--fault", action="append", default=[], choices=sorted(FAULTS))
    return parser.parse_args()


async def _serve(arguments: argparse.Namespace) -> int:
    store = Store(arguments.home, arguments.code_lifetime, example="no-example" not in arguments.fault)
    desk = Maildesk(store, frozenset(arguments.fault), arguments.session_lifetime)
    runner = web.AppRunner(desk.app(), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", arguments.port)
        await site.start()
    except OSError as error:
        sys.stderr.write(f"maildesk cannot listen on 127.0.0.1:{arguments.port}: {error.strerror}\n")
        await runner.cleanup()
        return 1
    sys.stdout.write(f"ready http://127.0.0.1:{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await runner.cleanup()
    store.close()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_serve(_arguments())))
