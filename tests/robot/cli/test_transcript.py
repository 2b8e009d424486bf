"""A single call is shown as it is spoken."""

import io
from datetime import UTC, datetime

from rich.console import Console

from robot.call.messages import CallOutcome, Failed, Finished, Progress, Ready, Said, Understood
from robot.cli.transcript import LiveTranscript
from robot.words import (
    AnsweredBy,
    AttemptId,
    Channel,
    Disposition,
    FollowUp,
    Interest,
    NumberStatus,
    Person,
    Result,
    Verdict,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_a_call_reads_like_a_conversation() -> None:
    screen = io.StringIO()
    transcript = LiveTranscript(Console(file=screen, width=120))
    call = AttemptId("a1")
    verdict = Verdict(NumberStatus.VALID, 1.0, AnsweredBy.HUMAN, Person.CONFIRMED, Interest.WARM, Disposition.CALLBACK)
    for message in (
        Ready(pid=1),
        Progress(attempt=call, state="ringing"),
        Said(attempt=call, step="greeting", text="Hello [Anna]!"),
        Understood(attempt=call, text="call me tomorrow", intent="callback_later", confidence=0.88),
        Finished(
            outcome=CallOutcome(
                attempt=call,
                result=Result.ANSWERED,
                verdict=verdict,
                dialled_at=NOON,
                ended_at=NOON,
                callback_at=NOON,
                slots={"callback_at": "2026-03-03T15:00:00+03:00"},
                notes=("Likes red.",),
                updates={"city": "Minsk"},
                tags=("vip",),
                follow_ups=(FollowUp(Channel.SMS, "Come!", "+375291234567"),),
                recording="data/recordings/a1.wav",
            )
        ),
        Failed(why="the port is taken"),
    ):
        transcript.handle(message)
    lines = [line for line in screen.getvalue().splitlines() if line]
    assert lines[:3] == ["it rings", "robot   Hello [Anna]!", "caller  call me tomorrow  callback_later 0.88"]
    assert "number          valid, 100% sure" in lines
    assert "ended           callback" in lines
    assert "learned         callback_at = 2026-03-03T15:00:00+03:00" in lines
    assert "note            Likes red." in lines
    assert "proposed        city = Minsk" in lines
    assert "tags            vip" in lines
    assert "to be sent      sms to +375291234567: Come!" in lines
    assert lines[-1] == "the port is taken"
