"""The database on disk: made by migrations, one writer, and nothing of an undone transaction is left."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, select, text
from sqlalchemy.exc import IntegrityError, StatementError

import robot.store.outbox  # declares its table
from robot.store.metadata import metadata
from robot.store.store import DatabaseUnusable, Store, upgrade
from robot.store.tables import attempts, trunks

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def add_trunk(conn: Connection, name: str) -> None:
    conn.execute(trunks.insert().values(name=name, next_call_at=NOON))


def names(conn: Connection) -> list[str]:
    return list(conn.execute(select(trunks.c.name).order_by(trunks.c.name)).scalars())


@contextmanager
def migrations(url: str) -> Iterator[tuple[Config, Connection]]:
    """Give what Alembic is told, and the connection that it is told to work on."""
    config = Config()
    config.set_main_option("script_location", str(Path(robot.store.__file__).parent / "migrations"))
    with create_engine(url).connect() as conn:
        config.attributes["connection"] = conn
        yield config, conn
        conn.commit()


def clauses(table: str) -> list[str]:
    """Split what makes a table into its columns and constraints, sorted: their order means nothing."""
    found, depth = [""], 0
    for character in " ".join(table.split()):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 1:
            found.append("")
        else:
            found[-1] += character
    head, _, first = found[0].partition("(")
    found[-1] = found[-1].removesuffix(")")
    return [head, *sorted(clause.strip() for clause in (first, *found[1:]))]


def test_a_migrated_database_has_the_tables_that_the_code_declares(url: str) -> None:
    upgrade(url)
    with create_engine(url).connect() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []


def test_a_migrated_database_has_every_check_and_index_condition_too(url: str, tmp_path: Path) -> None:
    """Alembic does not compare CHECK constraints and conditions of indexes, so the statements themselves are."""

    def statements(address: str) -> dict[str, list[str]]:
        """Every statement, its clauses sorted: their order means nothing."""
        with create_engine(address).connect() as conn:
            rows = conn.execute(text("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
            made = [(kind, name, sql.replace("(false)", "false")) for kind, name, sql in rows]
            return {
                name: clauses(sql) if kind == "table" else sql.splitlines()
                for kind, name, sql in made
                if name != "alembic_version"
            }

    upgrade(url)
    declared = f"sqlite:///{tmp_path / 'declared.sqlite'}"
    metadata.create_all(create_engine(declared))
    assert statements(url) == statements(declared)


def test_upgrading_twice_changes_nothing(url: str) -> None:
    version = upgrade(url)
    assert upgrade(url) == version


def test_dials_that_were_made_before_scripts_told_more_have_told_nothing_more(url: str) -> None:
    with migrations(url) as (config, conn):
        command.upgrade(config, "0001")
        conn.execute(
            text(
                "INSERT INTO attempts (id, target_id, campaign_id, contact_id, phone_id, position, fence, claimed_by,"
                " claimed_at, lease_until, trunk, script_hash) VALUES ('a', 't', 'c', 'p', 'n', 0, 1, 'w', :now, :now,"
                " 'main', 'h')"
            ),
            {"now": "2026-11-23 12:00:00"},
        )
        conn.commit()
    upgrade(url)
    with create_engine(url).connect() as conn:
        dial = conn.execute(select(attempts)).one()
    assert (dial.notes, dial.updates, dial.tags, dial.follow_ups) == ([], {}, [], [])


def test_every_migration_can_be_taken_back(url: str) -> None:
    upgrade(url)
    with migrations(url) as (config, conn):
        command.downgrade(config, "0001")
        assert "sounds" not in inspect(conn).get_table_names()
        command.downgrade(config, "base")
        assert set(inspect(conn).get_table_names()) == {"alembic_version"}


def test_a_database_without_tables_is_refused_with_the_command_that_makes_them(url: str) -> None:
    with pytest.raises(DatabaseUnusable, match="perezvon db upgrade"):
        Store.open(url)


def test_a_database_of_a_newer_program_is_refused(url: str) -> None:
    upgrade(url)
    with create_engine(url).begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnusable, match="9999"):
        Store.open(url)
    with pytest.raises(DatabaseUnusable, match="newer"):
        upgrade(url)


@pytest.mark.parametrize("bad", ["perezvon.sqlite", "mysql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_is_no_database_is_named(bad: str) -> None:
    with pytest.raises(DatabaseUnusable, match="sqlite:///"):
        Store.open(bad)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "not.sqlite").write_text("a letter to grandmother, not a database; long enough to have a header" * 20)
    with pytest.raises(DatabaseUnusable, match=r"not\.sqlite"):
        Store.open(f"sqlite:///{tmp_path / 'not.sqlite'}")


def test_sqlite_is_opened_so_that_a_power_cut_loses_nothing(store: Store) -> None:
    with store.reading() as conn:
        asked = ("journal_mode", "synchronous", "foreign_keys")
        assert [conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked] == ["wal", 2, 1]


def test_errors_do_not_show_what_was_to_be_written(store: Store) -> None:
    with store.writing() as conn:
        add_trunk(conn, "+79261234567")
    with pytest.raises(IntegrityError) as refused, store.writing() as conn:
        add_trunk(conn, "+79261234567")
    assert "9261234567" not in str(refused.value)


def test_an_exception_undoes_the_whole_transaction(store: Store) -> None:
    with pytest.raises(RuntimeError), store.writing() as conn:
        add_trunk(conn, "main")
        raise RuntimeError
    with store.reading() as conn:
        assert names(conn) == []


def test_readers_do_not_wait_for_the_writer_and_see_only_what_is_committed(store: Store) -> None:
    with store.writing() as writer:
        add_trunk(writer, "main")
        with store.reading() as reader:
            assert names(reader) == []
    with store.reading() as reader:
        assert names(reader) == ["main"]


async def test_writes_of_coroutines_run_one_by_one_in_one_thread_that_is_not_the_loops(store: Store) -> None:
    threads: set[int] = set()

    def adding(name: str) -> Callable[[Connection], int]:
        def work(conn: Connection) -> int:
            threads.add(threading.get_ident())
            add_trunk(conn, name)
            return len(names(conn))

        return work

    counts = await asyncio.gather(*(store.write(adding(f"t{number:02}")) for number in range(20)))
    assert counts == list(range(1, 21))
    assert len(threads) == 1 and threading.get_ident() not in threads
    assert len(await store.read(names)) == 20


async def test_what_a_cancelled_coroutine_was_writing_is_written_whole(store: Store) -> None:
    begun = threading.Event()

    def work(conn: Connection) -> None:
        add_trunk(conn, "a")
        begun.set()
        add_trunk(conn, "b")

    task = asyncio.create_task(store.write(work))
    await asyncio.to_thread(begun.wait, 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await store.write(names) == ["a", "b"]


def test_instants_come_back_aware_and_the_same(store: Store) -> None:
    there = datetime(2026, 11, 23, 15, 0, tzinfo=timezone(timedelta(hours=7)))
    with store.writing() as conn:
        conn.execute(trunks.insert().values(name="main", next_call_at=there))
        found = conn.execute(select(trunks.c.next_call_at)).scalar_one()
    assert found == there and found.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="without a zone"), store.writing() as conn:
        conn.execute(trunks.insert().values(name="main", next_call_at=datetime(2026, 11, 23)))


def test_foreign_keys_and_words_are_checked_by_the_database_itself(store: Store) -> None:
    with pytest.raises(IntegrityError), store.writing() as conn:
        conn.execute(text("INSERT INTO turns VALUES ('nobody', 0, '{}')"))
    with pytest.raises(IntegrityError), store.writing() as conn:
        conn.execute(text("INSERT INTO phones (id, status, added_at) VALUES ('1', 'dead', '2026-11-23')"))


def test_every_foreign_key_that_is_searched_by_has_an_index(store: Store) -> None:
    with store.reading() as conn:
        indexes = {tuple(index["column_names"]) for index in inspect(conn).get_indexes("attempts")}
    assert {("target_id",), ("contact_id",), ("campaign_id",)} <= indexes
