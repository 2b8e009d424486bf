"""“Never call me again” is heard whenever it is said: before the greeting, over our goodbye, with the phone slammed."""

from pathlib import Path

from robot.words import Disposition, Interest
from telephony.line import TransferOutcome
from tests.robot.call.scripted import Call, Caller, Told, talk
from tests.robot.call.test_session import GREETING, MEANINGS, SCRIPT, begins

NEVER = "never call me again"


def have(caller: Caller, folder: Path, script: str = SCRIPT, transfers: tuple[TransferOutcome, ...] = ()) -> Told:
    told = talk(script, MEANINGS, caller, folder=folder, transfers=transfers)
    assert told.tasks_left == ()
    return told


def is_heeded(told: Told) -> bool:
    assert told.outcome.never_call == (told.disposition == Disposition.DO_NOT_CALL)
    return told.outcome.never_call


async def gets_the_goodbye(far: Call, ms: int) -> None:
    await begins(far)
    await far.says("no")
    await far.hears("Goodbye then!", ms=ms)


def test_over_our_goodbye(tmp_path: Path) -> None:
    script = SCRIPT.replace("Goodbye then!", "Goodbye then! We wish you a very pleasant day all the same.")

    async def caller(far: Call) -> None:
        await gets_the_goodbye(far, ms=300)
        await far.says(NEVER, ms=900)
        await far.waits()

    told = have(caller, tmp_path, script)
    assert is_heeded(told)
    assert told.said[-1] == "Never again. Goodbye!"


def test_begun_over_our_goodbye_and_ended_after_it(tmp_path: Path) -> None:
    async def caller(far: Call) -> None:
        await gets_the_goodbye(far, ms=500)
        await far.says(NEVER, ms=1500)
        await far.waits()

    told = have(caller, tmp_path)
    assert is_heeded(told)
    assert told.said[-1] == "Never again. Goodbye!"


def test_over_our_goodbye_with_the_phone_slammed(tmp_path: Path) -> None:
    async def caller(far: Call) -> None:
        await gets_the_goodbye(far, ms=100)
        await far.says(NEVER, ms=500)
        far.hangs_up()

    assert is_heeded(have(caller, tmp_path))


def test_over_the_words_before_a_transfer(tmp_path: Path) -> None:
    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("a person please")
        await far.hears("I am putting you through.", ms=400)
        await far.says(NEVER, ms=900)
        await far.waits()

    told = have(caller, tmp_path, transfers=(TransferOutcome.DONE,))
    assert is_heeded(told)
    assert told.call.line.transferred_to == []


def test_instead_of_a_hello(tmp_path: Path) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.says(NEVER, ms=900)
        await far.waits()

    told = have(caller, tmp_path)
    assert is_heeded(told)
    assert told.outcome.turns[0].said_heard_ms < 500, "they are not greeted first"


def test_instead_of_a_hello_with_the_phone_slammed(tmp_path: Path) -> None:
    async def caller(far: Call) -> None:
        await far.picks_up()
        await far.says(NEVER, ms=900)
        far.hangs_up()

    assert is_heeded(have(caller, tmp_path))


def test_whoever_talks_on_and_on_over_our_goodbye_is_not_waited_for(tmp_path: Path) -> None:
    async def caller(far: Call) -> None:
        await gets_the_goodbye(far, ms=300)
        await far.says("", ms=20_000)

    told = have(caller, tmp_path)
    assert told.disposition == Disposition.DECLINED
    assert told.seconds < 15


def test_a_yes_over_words_that_ask_nothing_answers_no_later_question(tmp_path: Path) -> None:
    """What is said before a question is asked is no answer to it."""
    script = SCRIPT.replace("affirm: offer, deny: declined, legal", "affirm: news, deny: declined, legal").replace(
        "  legal:\n", "  news:\n    say: Here is what is new with us this year.\n    then: offer\n  legal:\n"
    )

    async def caller(far: Call) -> None:
        await begins(far)
        await far.says("yes")
        await far.hears("Here is what is new", ms=400)
        await far.says("yes", ms=500)
        await far.hears("Shall I book you in?")
        await far.is_silent(1.0)
        far.hangs_up()

    told = have(caller, tmp_path, script)
    assert told.outcome.verdict.interest is Interest.UNKNOWN
    assert GREETING in told.said[0]
