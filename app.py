"""Steward's entry: wires every part once, and reads the command line. It does nothing else."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import logging
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from functools import partial
from pathlib import Path

import aiohttp
from aiohttp import web
from sqlmodel import Session

from adapters import inventory
from adapters.browser.driver import BrowserDelegate, build
from adapters.browser.pool import BrowserPool
from adapters.browser.session import credential, credential_name
from adapters.inventory import AgentEntry
from adapters.registry import Registry, protocols
from adapters.vault import Vault, master_key
from bot.approvals import Approvals
from bot.challenges import Broker
from bot.changes import Changes
from bot.channel.auth import ChannelAuth, SigningKeys
from bot.channel.endpoint import Endpoint
from bot.channel.identity import AppIdentity
from bot.channel.sender import Sender
from bot.channel.settings import ChannelSettings
from bot.commands.desk import Desk as Commands
from bot.conversation import Conversation
from bot.goals import Goals
from bot.handler import Handler
from bot.inbox import TURN, Inbox, unhandled
from bot.messenger import OPEN_CHAT, TeamsMessenger
from bot.outbox import Relay
from bot.personal_chats import PersonalChats, waiting
from bot.proposals import Proposals
from bot.reception import Reception
from bot.said_changes import SaidChanges
from bot.talks import Talks
from bot.typed_codes import TypedCodes
from bot.undeliverable import ask_in_private
from infra import chromium, logs, package, plan_files, settings
from infra.opening import opened
from infra.settings import Settings
from plans.delegation import advance, begin, desk
from plans.engine import Engine
from plans.errors import SetupError
from plans.governance.asks import EXPIRY, Asks
from plans.governance.policy import PolicySet
from plans.governance.revisions import Revisions
from plans.planning.claude import Claude
from plans.planning.playbooks import shelf
from plans.store.clock import PlanClock, WallClock
from plans.store.database import Database
from plans.watch.deadlines import Deadlines
from plans.watch.forecasts import Forecasts
from plans.watch.weeks import Weeks
from plans.words import PersonId, PlanSlug, Secret

_log = logging.getLogger("steward")
_GRACE = 10.0
"""Wall seconds that what is under way gets when Steward is asked to stop."""


def _vault(told: Settings, database: Database, wall: WallClock) -> Vault:
    return Vault(database, wall, master_key(told.home, told.vault_key.get_secret_value()))


def _channel(told: Settings) -> ChannelSettings:
    password = told.app_password.get_secret_value()
    return ChannelSettings(
        app_id=told.app_id,
        app_password=Secret(password) if password else None,
        app_type=told.app_type,
        tenant_id=told.tenant_id,
        metadata_url=told.channel_metadata_url,
        issuer=told.channel_issuer,
        login_url=told.login_url,
    )


def _brain(told: Settings, wall: WallClock) -> Claude | None:
    key = told.anthropic_api_key.get_secret_value()
    if not key:
        return None
    where = told.anthropic_base_url or None
    return Claude(Secret(key), wall, base_url=where, planner=told.planner_model, triage=told.triage_model)


async def _check(brain: Claude) -> None:
    """Says early what would otherwise show with the first goal; Steward works all the same."""
    for problem in await brain.problems():
        _log.warning("Claude: %s", problem)


def _registry(told: Settings, database: Database, broker: Broker, pool: BrowserPool, wall: WallClock) -> Registry:
    """Everybody in the inventory, each with the driver that reaches them."""
    vault = _vault(told, database, wall)

    def browser(entry: AgentEntry) -> BrowserDelegate:
        assert isinstance(entry.body, dict)
        manifest = {**entry.body, "url": entry.url, "tested": entry.tested}
        return build(
            entry.agent, manifest, database=database, vault=vault, challenges=broker, wall=wall, pool=pool
        )  # fmt: skip

    entries = inventory.load(told.agents) if told.agents.exists() else ()
    return Registry(entries, {**protocols(wall), "browser": browser})


def _watch(work: desk.Desk) -> tuple[Deadlines, Weeks]:
    """What wakes up by itself: registered with the engine, and armed for the plans that are there."""
    work.engine.when(EXPIRY, work.asks.expire)
    forecasts = Forecasts(work.database, work.engine, work.revisions, work.plan_clock)
    work.database.write_now(forecasts.arm_all)
    parts = (work.asks, work.revisions, work.messenger, work.roster)
    return (
        Deadlines(work.engine, *parts, work.plan_clock),
        Weeks(work.database, work.engine, *parts, work.wall, work.plan_clock),
    )


def _resumed(work: desk.Desk, weeks: Weeks, tx: Session, plan: PlanSlug | None) -> None:
    advance.resume(work, tx, plan)
    weeks.resumed(tx, plan)


@asynccontextmanager
async def steward(told: Settings) -> AsyncIterator[web.Application]:
    """The whole bot, working: yields the web application that Teams talks to, and stops in order.

    Raises SetupError for whatever the configuration lacks.
    """
    wall = WallClock()
    plan_clock = PlanClock(wall, told.day_seconds)
    async with AsyncExitStack() as stack:
        database = stack.enter_context(closing(opened(told)))
        database.write_now(plan_clock.load)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)))
        channel = _channel(told)
        sender = Sender(session, AppIdentity(channel, wall), wall)
        engine = Engine(database, {"wall": wall, "plan": plan_clock})
        messenger = TeamsMessenger(engine, wall, lambda: relay.nudge())  # noqa: PLW0108 - each needs the other
        relay = Relay(database, sender, wall, on_failed=ask_in_private(messenger))
        asks = Asks(messenger, wall, plan_clock)
        broker = Broker(database, asks, wall)
        pool = BrowserPool(chromium.find, wall)
        stack.push_async_callback(pool.close)
        roster = _registry(told, database, broker, pool, wall)
        stack.push_async_callback(roster.close)
        revisions = Revisions(asks, messenger, engine, wall, plan_clock)
        policies = PolicySet.load(told.policies)
        playbooks = shelf(told.playbooks)
        work = desk.Desk(
            database=database,
            engine=engine,
            roster=roster,
            asks=asks,
            revisions=revisions,
            policy=lambda: policies,
            messenger=messenger,
            wall=wall,
            plan_clock=plan_clock,
        )
        advance.Delegation(work)
        deadlines, weeks = _watch(work)
        proposals = Proposals(asks, revisions, roster, wall, plan_clock)
        commands = Commands(
            revisions=revisions,
            proposals=proposals,
            changes=Changes(asks, roster, wall, plan_clock),
            roster=roster,
            playbooks=playbooks,
            wall=wall,
            plan_clock=plan_clock,
            wake=partial(desk.wake_plan, work),
            halted=partial(begin.wake_all, work),
            resumed=partial(_resumed, work, weeks),
            mend=deadlines.show,
        )
        brain = _brain(told, wall)
        if brain is not None:
            stack.push_async_callback(brain.close)
            checking = asyncio.create_task(_check(brain))
            stack.callback(checking.cancel)
        goals = Goals(
            database, messenger, proposals, roster, playbooks, brain, wall, plan_clock, told.zone
        )  # fmt: skip
        talks = Talks(database, commands, SaidChanges(asks, wall, plan_clock), brain)
        handler = Handler(
            database, Conversation(database, commands, talks, brain), goals, messenger, wall, sender.typing
        )  # fmt: skip
        engine.on(TURN, handler.turn)
        engine.sweep(TURN, unhandled)
        engine.on(OPEN_CHAT, PersonalChats(database, sender, messenger, wall).open)
        engine.sweep(OPEN_CHAT, waiting)
        inbox = Inbox(database, engine, wall)
        reception = Reception(
            inbox, TypedCodes(database, broker, messenger, wall), Approvals(database, asks, broker, inbox)
        )  # fmt: skip
        auth = ChannelAuth(channel, SigningKeys(session, channel.metadata_url, wall), wall)

        await broker.start()
        await engine.start()
        stack.push_async_callback(engine.stop, _GRACE)
        await relay.start()
        stack.push_async_callback(relay.stop)
        yield _web(Endpoint(auth, reception, wall), database)


def _web(endpoint: Endpoint, database: Database) -> web.Application:
    app = web.Application()
    app.router.add_post("/api/messages", endpoint.handle)
    app.router.add_get("/healthz", _alive)

    async def ready(_: web.Request) -> web.Response:
        await database.read(lambda tx: tx.connection().exec_driver_sql("SELECT 1").one())
        return web.json_response({"status": "ready"})

    app.router.add_get("/readyz", ready)
    return app


async def _alive(_: web.Request) -> web.Response:
    return web.json_response({"status": "alive", "service": "steward"})


async def serve(told: Settings) -> int:
    """Works until SIGINT or SIGTERM. Says ``ready <address>`` on standard output when Teams may call."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with steward(told) as app:
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, told.host, told.port).start()
            except OSError as error:
                raise SetupError(
                    f"Port {told.port} on {told.host} cannot be used ({error.strerror}). Stop what is using it, or "
                    f"choose another: PORT={told.port + 1}."
                ) from None
            host, port = runner.addresses[0][:2]
            sys.stdout.write(f"ready http://{host}:{port}/api/messages\n")
            sys.stdout.flush()
            await stop.wait()
        finally:
            await runner.cleanup()
    return 0


async def lend(told: Settings, agent: str, person: str, username: str) -> int:
    """Seals a person's password for an agent that has only a web page; it is read without being shown."""
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if not password:
        raise SetupError("There was no password on standard input.")
    entry = next((entry for entry in inventory.load(told.agents) if entry.agent.name == agent), None)
    if entry is None or not isinstance(entry.body, dict) or entry.agent.driver != "browser":
        raise SetupError(f"{told.agents} has no agent called {agent} that is driven through a browser.")
    with closing(opened(told)) as database:
        vault = _vault(told, database, WallClock())
        name = credential_name(str(entry.body["site"]), PersonId(person))
        await vault.seal(name, credential(username, password))
    sys.stdout.write(f"sealed for {agent}\n")
    return 0


def demonstrate(told: Settings, chosen: argparse.Namespace) -> int:
    """The demonstration that was chosen; returns the exit status."""
    from infra.demo import interactive, run  # noqa: PLC0415 - serving needs none of it, and starts sooner without

    if chosen.headless:
        return run.headless(told, chosen.goal)
    return interactive.interactive(told, chosen.client, chosen.goal, fresh=chosen.fresh)


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """The command line, read; exits with a usage message when it does not fit."""
    parser = argparse.ArgumentParser(prog="app.py", description="Steward, an AI chief of staff for Microsoft Teams.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("serve", help="run the bot")
    play = commands.add_parser("demo", help="meet Steward on this machine, with simulated vendors and a fast clock")
    how = play.add_mutually_exclusive_group()
    how.add_argument("--terminal", action="store_const", const="terminal", dest="client", help="chat in this terminal")
    how.add_argument("--playground", action="store_const", const="playground", dest="client", help="chat in a browser")
    how.add_argument("--headless", action="store_true", help="play the person's part too, and check all of it")
    play.add_argument("--fresh", action="store_true", help="forget what was there before")
    play.add_argument("--goal", help="what to ask for, in your words, with a date")
    keep = commands.add_parser("credential", help="keep a person's password for an agent that has only a web page")
    keep.add_argument("agent", help="its name in the inventory")
    keep.add_argument("--person", required=True, help="the person's Entra object id")
    keep.add_argument("--username", required=True)
    pack = commands.add_parser("package", help="make the app that is uploaded to Teams")
    pack.add_argument("--out", type=Path, default=package.OUT, metavar="FILE")
    plan_files.declare(commands.add_parser("plan", help="write a plan into a file, or propose what a file says"))
    look = commands.add_parser("doctor", help="say what is configured, reachable, missing or wrong")
    look.add_argument("--json", action="store_true", help="for machines")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Exit status: 0 fine, 1 not all that the demonstration or the doctor looks for, 2 something to set up,
    130 interrupted.
    """
    chosen = arguments(argv)
    try:
        if chosen.command == "doctor":
            from infra.doctor import run as doctor  # noqa: PLC0415 - serving needs none of it

            return doctor.main(as_json=chosen.json)
        if chosen.command == "plan":
            return plan_files.main(chosen)
        told = settings.load()
        if chosen.command == "package":
            return package.write(told, chosen.out)
        if chosen.command == "demo":
            return demonstrate(told, chosen)
        logs.configure(told.log_level)
        if chosen.command == "credential":
            return asyncio.run(lend(told, chosen.agent, chosen.person, chosen.username))
        return asyncio.run(serve(told))
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
