"""The main job, act by act: a person in Teams, what they ask, and what is checked to have happened."""

from __future__ import annotations

import asyncio
import time

from infra.demo.actor import LONG, OWNER, Act, Actor, Gone, offers, shows
from infra.demo.reshape import Reshape
from infra.demo.stage import Stage
from infra.demo.transcript import Transcript
from infra.sandbox.teams.conversation import Message

STRANGER = "Bob Stranger"


class Play(Actor):
    """One run. ``goal`` is what the person asks for."""

    def __init__(self, stage: Stage, transcript: Transcript, goal: str) -> None:
        super().__init__(stage, transcript)
        self._goal = goal
        self._reshape = Reshape(stage, transcript)

    async def run(self) -> None:
        """Every act in turn. One that fails is told in the table; what depends on it fails too."""
        opening: list[Act] = [
            ("The app is installed", self._install),
            ("A goal goes in, a plan comes out", self._plan),
            ("The plan is approved, by Ann and only by Ann", self._approve),
            ("The plan is changed by talking", self._reshape.by_talk),
        ]
        work: list[Act] = [
            ("Research over MCP, and a kill -9 in the middle of it", self._research),
            ("Copy over A2A, with a question back", self._copy),
            ("A mail through a web page: approval, and a kill -9 while it waits", self._mail),
            ("The one-time code", self._code),
        ]
        for act in opening:
            if not await self._act(*act):
                for title, _ in work:
                    self._tell.keep(title, False, "nobody", "not reached")
                return
        slipping = asyncio.create_task(self._reshape.when_late())
        for act in work:
            await self._act(*act)
        await slipping
        await self._act("The plan as a file, and back", self._reshape.through_files)
        await self._act("Talking", self._talk)

    async def _install(self) -> None:
        await self._chat.install()
        await self._see(shows("Steward"))
        await self._chat.install()
        await self._say("hello")
        await self._see(lambda message: bool(message.text), since=self._chat.change)
        welcomes = sum(1 for message in self._chat.messages if shows("I am Steward")(message))
        self._tell.keep(
            "Welcome on installation, once", welcomes == 1, "Steward", f"{welcomes} welcome, installed twice"
        )

    async def _plan(self) -> None:
        began, typing = time.monotonic(), self._chat.conversation.typing
        since = await self._say(self._goal)
        alive = await self._chat.conversation.wait_for_typing(typing, 5)
        took = time.monotonic() - began
        said = "typing, then “Reading your goal…”" if alive else "nothing"
        self._tell.keep("A sign of life within 2 s", alive and took <= 2.0, "Steward", said, took)
        card = await self._see(
            lambda m: offers("Approve", "Reject")(m) or "Help" in map(str.title, m.buttons), 90, since
        )
        if not offers("Approve", "Reject")(card):
            raise Gone("the goal cannot be planned as it is; Steward says why above")
        took = time.monotonic() - began
        tiers = all(word in str(card.card) for word in ("Objectives", "Streams", "This week"))
        by = next((line for line in card.text.splitlines() if "Planned by" in line), "Planned by ?")
        self._tell.keep(
            "One proposal card in three tiers", tiers, by.removeprefix("Planned by "), "card in Teams", took
        )

    def _proposal(self) -> Message:
        found = [message for message in self._chat.messages if offers("Approve", "Reject the plan")(message)]
        if not found:
            raise Gone("there is no proposal to approve")
        return found[-1]

    async def _approve(self) -> None:
        card = self._proposal()
        bob = self._chat.as_user(self._stage.teams.user(STRANGER))
        refused = await self._press(card, "approve", bob)
        self._tell.shown(refused.text, "to Bob alone")
        self._tell.keep(
            "A stranger's click is refused, privately", OWNER in refused.text and refused.card is None, "Steward",
            "the card is unchanged",
        )  # fmt: skip
        for number in range(4):
            await self._chat.press(card, "approve", activity_id=f"f:approve-{number // 2}")
        self._tell.said(OWNER, "[presses Approve; Teams delivers the click four times, with two ids]")
        await self._see(shows("Approved"))

        await self._own_work()

    async def _own_work(self) -> None:
        """Ann does what is hers, but for one item: that one will slip."""
        mine = self._records.items_of_person()
        for item in mine[1:]:
            since = await self._say(f"done {item}")
            await self._see(shows(item), since=since)
        done = [item for item in mine[1:] if self._records.item_state(item) == "done"]
        self._tell.keep("`done` settles a person's own item", done == mine[1:], OWNER, ", ".join(done))

    async def _delegated(self, agent: str, timeout: float, *states: str) -> tuple[str, str, str, str, str]:
        """The agent's delegation, once it is in one of the states."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            for row in self._records.delegations():
                if row[1] == agent and row[2] in states:
                    return row
            await asyncio.sleep(0.1)
        raise Gone(f"{agent} was not {' or '.join(states)} within {timeout:.0f} s: {self._records.delegations()}")

    async def _verified(self, agent: str, promise: str, timeout: float, began: float) -> None:
        item, _, state, key, _ = await self._delegated(agent, timeout, "done", "failed", "refused", "stuck")
        acts = [act for act in self._records.decisions(item) if act[1] != "canceled"]
        last = acts[-1] if acts else ("", "", "")
        briefs = sum(1 for row in self._records.delegations() if row[0] == item)
        kept = state == "done" and last[1] == "succeeded" and briefs == 1
        how = f"{last[2]}; decision and outcome are in the log; reference {key}"
        self._tell.keep(promise, kept, agent, how, time.monotonic() - began)

    async def _research(self) -> None:
        began = time.monotonic()
        # At a weekend the first working day has to come first.
        await self._delegated("scout", LONG, "working")
        self._tell.keep("Approve → delegate", True, "Steward", "scout has the brief", time.monotonic() - began)
        await self._see(shows("under way"), 20)
        await self._kill("while scout is working")
        await self._verified("scout", "Research, delegated over MCP, through the kill", 60, began)

    async def _kill(self, when: str) -> None:
        await self._stage.kill_bot()
        self._tell.note(f"kill -9 of Steward, {when}")
        began = time.monotonic()
        await self._stage.restart_bot()
        self._tell.note(f"started again, ready after {time.monotonic() - began:.1f} s")

    async def _copy(self) -> None:
        began = time.monotonic()
        card = await self._see(lambda message: offers("Answer")(message) or offers("Confident")(message), LONG)
        await self._answer(card)
        await self._verified("quill", "Copy, delegated over A2A, with one question answered on a card", 60, began)

    async def _answer(self, card: Message) -> None:
        """Takes the first option where there is one."""
        options = [title for title in card.buttons if title != "Answer"]
        if options:
            await self._press(card, options[0])
        else:
            await self._press(card, "answer", answer="Plain and confident.")

    async def _mail(self) -> None:
        card = await self._see(lambda m: offers("Approve")(m) and "maildesk" in m.text, LONG)
        await self._kill("while the approval of the mail is waiting")
        _, _, state, key, _ = await self._delegated("maildesk", 5, "asking_approval")
        sent = self._records.campaigns(key)
        self._tell.keep(
            "Nothing is sent before the yes, and the card survives the kill", state == "asking_approval" and not sent,
            "Steward", f"{len(sent)} campaigns with reference {key}",
        )  # fmt: skip
        await self._press(card, "approve")
        await self._see(lambda m: m.id == card.id and shows("Approved")(m))

    async def _code(self) -> None:
        began = time.monotonic()
        card = await self._see(offers("Send code"), LONG)
        self._tell.said(OWNER, "[types a wrong code: 000000]")
        await self._chat.press(card, "code", {"code": "000000"})
        card = await self._see(lambda m: offers("Send code")(m) and shows("try again")(m), 60)
        code = self._stage.credentials.code()
        self._tell.note(f"the authenticator app (this terminal) shows {code}")
        await self._chat.press(card, "code", {"code": code})
        self._tell.said(OWNER, "[types the code into the masked field]")
        await self._verified("maildesk", "Mail, through the web page, with the code relayed", 90, began)
        item = next(row for row in self._records.delegations() if row[1] == "maildesk")
        sent = self._records.campaigns(item[3])
        self._tell.keep(
            "Exactly one campaign in the mail desk's own database", len(sent) == 1 and sent[0] > 0, "maildesk",
            f"{len(sent)} with the reference, {sum(sent)} messages put out",
        )  # fmt: skip
        self._tell.keep(
            "The code is used once and stored nowhere", code.encode() not in self._records.everything(), "Steward",
            "looked for in every byte of its database",
        )  # fmt: skip

    async def _talk(self) -> None:
        item = self._records.delegations()[0][0]
        asked = [
            ("status", ("status", "done: ")),
            ("this week", ("this week",)),
            (f"why {item}", ("read back",)),
            ("agents", ("scout", "quill", "maildesk")),
            ("stop everything", ("stop",)),
            ("resume", ("goes on",)),
            ("help", ("undo",)),
            ("statsu", ("status",)),
        ]
        for text, words in asked:
            since = await self._say(text)
            try:
                await self._see(shows(*words), 10, since)
                self._tell.keep(f"`{text}`", True, "Steward", "answered in the chat it was asked in")
            except TimeoutError as error:
                self._tell.keep(f"`{text}`", False, "Steward", str(error).splitlines()[0])
        await self._in_a_channel()

    async def _in_a_channel(self) -> None:
        channel = self._stage.teams.channel("Marketing", "Launch", self._ann)
        await channel.install(self._ann)
        thread = channel.new_thread(self._ann)
        since = await self._say("help", thread)
        answer = await thread.wait_for(shows("undo"), 10, since)
        self._tell.shown(answer.text, "in the channel's thread")
        self._tell.keep("Asked in a channel's thread", True, "Steward", "answered in that thread")
