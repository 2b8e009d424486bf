"""Workers that are killed, and workers that race: nothing is lost, and nobody's phone rings twice."""

import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from robot.campaign.claim import Claim, Nothing, claim
from robot.campaign.finish import expire
from robot.store.outbox import outbox
from robot.store.tables import TargetState, attempts, targets, turns
from robot.words import Result
from tests.robot.campaign.world import CALLS, World

ROOT = Path(__file__).parents[3]


def start_worker(world: World, name: str) -> subprocess.Popen[str]:
    url = f"sqlite:///{world.folder / 'perezvon.sqlite'}"
    command = [sys.executable, "-m", "tests.robot.campaign.dialler", url, world.campaign, name]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "."})


def check_the_tables_agree(world: World) -> Counter[Result | None]:
    """Whatever was killed when: attempts, targets, turns and events tell one story."""
    with world.store.reading() as conn:
        assert conn.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        made = conn.execute(select(attempts)).all()
        state = {row.id: row.state for row in conn.execute(select(targets.c.id, targets.c.state))}
        turned = Counter(conn.execute(select(turns.c.attempt_id)).scalars())
        told = Counter(conn.execute(select(outbox.c.type)).scalars())
    for row in made:
        is_open = row.result is None
        assert (state[row.target_id] is TargetState.CLAIMED) == is_open
        assert turned[row.id] == (2 if row.result is Result.ANSWERED else 0)
    over = [row for row in made if row.result is not None]
    assert told["attempt.finished"] == len(over)
    assert told["target.closed"] == sum(row.settled for row in over)
    return Counter(row.result for row in made)


@pytest.mark.slow
def test_a_worker_killed_at_any_moment_loses_nothing_that_it_said_was_done(world: World) -> None:
    with world.store.writing() as conn:
        for _ in range(60):
            world.add_in(conn, due=datetime.now(UTC) - timedelta(minutes=1))
    said: list[str] = []
    for lines in (3, 8, 4):
        worker = start_worker(world, f"worker-{lines}")
        assert worker.stdout is not None
        said.extend(worker.stdout.readline() for _ in range(lines))
        worker.send_signal(signal.SIGKILL)  # it has gone on meanwhile, and is anywhere in a transaction
        said.extend(worker.stdout)
        worker.wait()
        by_result = check_the_tables_agree(world)
        finished = sum(line.startswith("finished") for line in said)
        claimed = sum(line.startswith("claimed") for line in said)
        # What was said was committed; each worker may have committed one step more and died before it said so.
        assert finished <= by_result[Result.ANSWERED] <= finished + 3
        assert claimed <= by_result.total() <= claimed + 3

    left_open = check_the_tables_agree(world)[None]
    with world.store.writing() as conn:
        assert len(expire(conn, CALLS, datetime.now(UTC) + timedelta(seconds=631))) == left_open
    last = start_worker(world, "the-last")
    output, _ = last.communicate(timeout=60)
    assert last.returncode == 0, output
    by_result = check_the_tables_agree(world)
    assert by_result[Result.UNKNOWN] == left_open
    assert by_result[Result.ANSWERED] == 60 - left_open  # those wait for their retry, an hour later
    assert by_result[None] == 0


@pytest.mark.slow
def test_workers_that_race_never_get_one_phone_twice(world: World) -> None:
    with world.store.writing() as conn:
        for _ in range(40):
            world.add_in(conn, due=datetime.now(UTC) - timedelta(minutes=1))
    workers = [start_worker(world, f"worker-{number}") for number in range(3)]
    lines = [line for worker in workers for line in worker.communicate(timeout=90)[0].splitlines()]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    claimed = Counter(line.split()[1] for line in lines if line.startswith("claimed"))
    assert len(claimed) == 40 and set(claimed.values()) == {1}
    assert check_the_tables_agree(world)[Result.ANSWERED] == 40


def test_threads_that_claim_at_once_get_different_phones(world: World) -> None:
    with world.store.writing() as conn:
        for _ in range(10):
            world.add_in(conn)

    def ask(_: int) -> Claim | Nothing:
        with world.store.writing() as conn:
            return claim(conn, world.campaign, world.terms, world.now)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(14)))
    claims = [answer for answer in answers if isinstance(answer, Claim)]
    assert len(claims) == 10
    assert len({claimed.phone for claimed in claims}) == len({claimed.fence for claimed in claims}) == 10
    with world.store.reading() as conn:
        assert conn.execute(select(func.count()).where(attempts.c.result.is_(None))).scalar_one() == 10
