"""What goes over the socket pair arrives as it was."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from robot.call.messages import CallOutcome, Finished, from_call
from robot.words import AttemptId, Channel, FollowUp, Result, Verdict

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
words = st.text(max_size=20)
follow_ups = st.builds(FollowUp, st.sampled_from(Channel), words, st.none() | words, st.none() | words)


@given(
    notes=st.lists(words, max_size=3).map(tuple),
    updates=st.dictionaries(words, words, max_size=3),
    tags=st.lists(words, max_size=3).map(tuple),
    promised=st.lists(follow_ups, max_size=3).map(tuple),
)
def test_what_a_script_tells_arrives_as_it_was(
    notes: tuple[str, ...], updates: dict[str, str], tags: tuple[str, ...], promised: tuple[FollowUp, ...]
) -> None:
    outcome = CallOutcome(
        attempt=AttemptId("a"),
        result=Result.ANSWERED,
        verdict=Verdict(),
        dialled_at=NOON,
        ended_at=NOON,
        notes=notes,
        updates=updates,
        tags=tags,
        follow_ups=promised,
    )
    message = Finished(outcome=outcome)
    assert from_call.validate_json(message.model_dump_json()) == message
