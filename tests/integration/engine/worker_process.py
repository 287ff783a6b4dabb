"""A worker to be killed: ``worker_process.py <database url> <seconds per job>``; notes each job's begin and end."""

from __future__ import annotations

import asyncio
import os
import sys

from sqlmodel import Session

from plans.engine import Engine
from plans.store.clock import PlanClock, WallClock
from plans.store.database import Database
from plans.store.tables import PersonRow


def note(tx: Session, what: str, entity: str) -> None:
    tx.merge(PersonRow(id=f"{what}:{entity}:{os.getpid()}", teams_id="", name=""))


async def main(url: str, seconds: float) -> None:
    database, wall = Database(url), WallClock()
    engine = Engine(database, {"wall": wall, "plan": PlanClock(wall)}, concurrency=4, beat=0.5)

    async def job(entity: str, seq: int) -> None:
        await database.write(lambda tx: note(tx, "begin", entity))
        await asyncio.sleep(seconds)
        await database.write(lambda tx: note(tx, "end", entity))

    engine.on("job", job)
    await engine.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
