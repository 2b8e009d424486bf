"""Whatever fails, and whatever is added meanwhile, the events of one contact leave in their order, and all leave."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from robot.crm.schedule import departures, next_try
from robot.store.outbox import Waiting
from robot.words import ContactId
from tests.robot.crm.book import NOON

ANNA, BORIS = ContactId("anna"), ContactId("boris")


def event(contact: ContactId, sequence: int, *, due: float = 0.0, tries: int = 0) -> Waiting:
    return Waiting(f"{contact}-{sequence}", contact, sequence, NOON + timedelta(seconds=due), tries)


def test_one_event_a_contact_leaves_the_first_one() -> None:
    waiting = [event(ANNA, 2), event(ANNA, 1), event(BORIS, 7)]
    leaving = departures(waiting, sending=frozenset(), now=NOON, room=9)
    assert [one.id for one in leaving.now] == ["anna-1", "boris-7"]


def test_an_event_waits_for_the_one_before_it_even_if_only_that_is_not_due() -> None:
    leaving = departures([event(ANNA, 1, due=60), event(ANNA, 2)], sending=frozenset(), now=NOON, room=9)
    assert leaving.now == ()
    assert leaving.next_at == NOON + timedelta(seconds=60)


def test_a_contact_whose_event_is_on_its_way_waits() -> None:
    waiting = [event(ANNA, 1), event(BORIS, 1)]
    assert departures(waiting, sending={ANNA}, now=NOON, room=9).now == (event(BORIS, 1),)


def test_the_longest_due_leave_first_where_there_is_little_room() -> None:
    waiting = [event(ANNA, 1, due=-5), event(BORIS, 1, due=-9)]
    assert departures(waiting, sending=frozenset(), now=NOON, room=1).now == (event(BORIS, 1, due=-9),)
    assert departures(waiting, sending=frozenset(), now=NOON, room=0).now == ()


def test_tries_follow_the_schedule_and_end() -> None:
    assert next_try(1, (5, 300), now=NOON) == NOON + timedelta(seconds=5)
    assert next_try(2, (5, 300), now=NOON) == NOON + timedelta(seconds=300)
    assert next_try(3, (5, 300), now=NOON) is None
    assert next_try(1, (), now=NOON) is None


def test_a_receiver_may_ask_for_more_time_and_not_for_less() -> None:
    assert next_try(1, (5,), now=NOON, asked=60) == NOON + timedelta(seconds=60)
    assert next_try(1, (5,), now=NOON, asked=0) == NOON + timedelta(seconds=5)


@dataclass
class World:
    """An outbox and a CRM in memory."""

    now: datetime = NOON
    waiting: dict[str, Waiting] = field(default_factory=dict)
    sending: dict[ContactId, Waiting] = field(default_factory=dict)
    sequences: dict[ContactId, int] = field(default_factory=lambda: defaultdict(int))
    settled: dict[ContactId, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, contact: ContactId) -> None:
        self.sequences[contact] += 1
        new = Waiting(f"{contact}-{self.sequences[contact]}", contact, self.sequences[contact], self.now, 0)
        self.waiting[new.id] = new

    def leave(self, room: int) -> None:
        leaving = departures(self.waiting.values(), sending=self.sending.keys(), now=self.now, room=room)
        assert len(leaving.now) <= room
        for one in leaving.now:
            assert one.contact_id not in self.sending, "one at once of a contact"
            assert one.due_at <= self.now
            self.sending[one.contact_id] = one

    def settle(self, contact: ContactId, delivered: bool) -> None:
        one = self.sending.pop(contact)
        due = None if delivered else next_try(one.tries + 1, (1, 60, 600), now=self.now)
        if due is None:  # delivered, or given up
            del self.waiting[one.id]
            self.settled[contact].append(one.sequence)
        else:
            self.waiting[one.id] = Waiting(one.id, contact, one.sequence, due, one.tries + 1)


contacts = st.sampled_from([ContactId(name) for name in "abcd"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), contacts),
        st.tuples(st.just("leave"), st.integers(0, 4)),
        st.tuples(st.just("settle"), contacts, st.booleans()),
        st.tuples(st.just("wait"), st.integers(0, 900)),
    ),
    max_size=120,
)


@given(steps=steps)
def test_order_is_kept_and_nothing_is_left_behind(steps: list[tuple[object, ...]]) -> None:
    world = World()
    for step in steps:
        match step:
            case ("add", str(contact)):
                world.add(ContactId(contact))
            case ("leave", int(room)):
                world.leave(room)
            case ("settle", str(contact), bool(delivered)) if contact in world.sending:
                world.settle(ContactId(contact), delivered)
            case ("wait", int(seconds)):
                world.now += timedelta(seconds=seconds)
    for _ in range(len(world.waiting)):  # the CRM is well again: as many rounds as there are events suffice
        for contact in list(world.sending):
            world.settle(contact, True)
        world.now += timedelta(seconds=900)
        world.leave(room=4)
    for contact in list(world.sending):
        world.settle(contact, True)
    assert not world.waiting
    assert all(numbers == list(range(1, world.sequences[contact] + 1)) for contact, numbers in world.settled.items())
