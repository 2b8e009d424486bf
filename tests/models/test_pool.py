import asyncio
import os
import threading

import pytest

from models.pool import ModelPool, one_thread_each


async def test_a_model_call_runs_off_the_loop_and_gives_its_result() -> None:
    pool = ModelPool(1)
    try:
        name = await pool.run(lambda: threading.current_thread().name)
        assert name.startswith("model")
        assert await pool.run(divmod, 7, 3) == (2, 1)
        assert await pool.run(int, "11", base=2) == 3
    finally:
        pool.close()


async def test_what_a_model_raises_arrives_at_the_caller() -> None:
    pool = ModelPool(1)
    try:
        with pytest.raises(ZeroDivisionError):
            await pool.run(divmod, 1, 0)
    finally:
        pool.close()


async def test_the_loop_goes_on_while_a_model_works() -> None:
    pool, release = ModelPool(1), threading.Event()
    try:
        working = asyncio.create_task(pool.run(release.wait))
        await asyncio.sleep(0)
        assert not working.done()
        release.set()
        assert await working
    finally:
        release.set()
        pool.close()


def test_a_pool_is_as_wide_as_the_machine_unless_told() -> None:
    pool = ModelPool()
    assert pool.threads == os.cpu_count()
    pool.close()


def test_an_operators_own_thread_count_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    one_thread_each()
    assert os.environ["OMP_NUM_THREADS"] == "4"
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
