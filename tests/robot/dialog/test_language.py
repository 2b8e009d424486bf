"""What the script language offers beyond questions and answers: conditions, slots, recordings, what the CRM is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.nlu.entities import find_entities
from models.protocols import Entity, Understanding
from robot.dialog.events import (
    Answered,
    Heard,
    HungUp,
    Keys,
    LimitReached,
    Listen,
    Recorded,
    Silence,
    Spoken,
    TransferFailed,
)
from robot.words import Channel, FollowUp
from tests.robot.dialog.conversation import NOON, ZONE, Conversation, compiled, means

HEAD = "script: small\nlanguage: en\n"
TAIL = "everywhere: {do_not_call: bye, wrong_number: bye}\n"


def conversation(steps: str, *, head: str = "", contact: dict[str, str] | None = None) -> Conversation:
    first = steps.partition(":")[0].strip()
    return Conversation(
        compiled(f"{HEAD}{head}start: {first}\nsteps:\n{steps}{TAIL}"), contact or {"first_name": "Anna"}
    )


def says(words: str, intent: str = "out_of_scope", language: str = "en") -> Heard:
    """Something said, with all that is found in it."""
    found = find_entities(words, language, NOON.astimezone(ZONE))
    return Heard(Understanding(words, intent, 0.9, (), found))


# --- conditions and counters

BONUS = """\
  greeting: {if: bonus > 0, say: You have <bonus as money>., then: ask, otherwise: {say: Hello., then: ask}}
  ask: {say: Shall we?, answers: {affirm: bye, deny: bye}}
  bye: {end: {}}
"""
MAY = "may_have: {bonus: money, city: text}\n"


def test_a_condition_decides_what_is_said() -> None:
    assert conversation(BONUS, head=MAY, contact={"bonus": "5 USD"}).answered().words == ["You have $5.", "Shall we?"]
    assert conversation(BONUS, head=MAY, contact={"bonus": "0"}).answered().words == ["Hello.", "Shall we?"]
    assert conversation(BONUS, head=MAY, contact={}).answered().words == ["Hello.", "Shall we?"]


def test_without_otherwise_the_step_is_passed_over() -> None:
    steps = BONUS.replace(", otherwise: {say: Hello., then: ask}", "")
    assert conversation(steps, head=MAY, contact={}).answered().words == ["Shall we?"]


def test_a_part_of_a_sentence_may_have_a_condition_of_its_own() -> None:
    steps = """\
  ask:
    say:
      - Hello!
      - {if: city = Omsk, say: How is Omsk?, otherwise: How are you?}
      - {if: bonus is known, say: There is something for you.}
    answers: {affirm: bye, deny: bye}
  bye: {end: {}}
"""
    assert conversation(steps, head=MAY, contact={"city": "omsk"}).answered().words == ["Hello! How is Omsk?"]
    talk = conversation(steps, head=MAY, contact={"bonus": "1"}).answered()
    assert talk.words == ["Hello! How are you? There is something for you."]
    assert talk.said[0].personal, "what is said because of what is known of a person is not kept"


def test_a_counter_counts_how_often_a_step_was_come_to() -> None:
    steps = """\
  ask: {say: Shall we?, answers: {affirm: bye, deny: why}}
  why: {count: refusals, if: refusals < 3, say: Why not?, answers: {affirm: ask, deny: why}, otherwise: enough}
  enough: {say: "Enough, after <refusals as number of time, times>.", end: {}}
  bye: {end: {}}
"""
    no = means("deny")
    talk = conversation(steps).answered(no, no, no)
    assert talk.words == ["Shall we?", "Why not?", "Why not?", "Enough, after 3 times."]


def test_a_question_that_is_only_asked_again_is_not_counted() -> None:
    steps = """\
  ask: {count: asked, if: asked < 2, say: Shall we?, answers: {affirm: bye, deny: bye}, otherwise: bye}
  bye: {end: {}}
"""
    talk = conversation(steps).answered(means("out_of_scope"), means("affirm"))
    assert talk.words == ["Shall we?", "Shall we?"]


def test_conditions_see_what_was_learned() -> None:
    steps = """\
  ask: {say: How many?, ask_for: {guests: number}, then: size}
  size: {if: guests > 4, say: A large table., then: bye, otherwise: {say: A small table., then: bye}}
  bye: {end: {}}
"""
    assert conversation(steps).answered(says("we are six")).words[1] == "A large table."
    assert conversation(steps).answered(says("two")).words[1] == "A small table."


# --- slots

ASK = """\
  ask: {{say: Well?, ask_for: {{it: {slot}}}, then: bye}}
  bye: {{say: <it>., end: {{}}}}
"""


@pytest.mark.parametrize(
    ("slot", "words", "value"),
    [
        ("number", "twenty five please", "25"),
        ("{type: number, least: 1, most: 10}", "seven", "7"),
        ("money", "five hundred dollars", "500 USD"),
        ("date", "on march first twenty twenty seven", "2027-03-01"),
        ("time", "tomorrow at three pm", "2026-11-24T15:00:00+03:00"),
        ("phone", "plus four eight five one two three four five six seven eight", "+48512345678"),
        ("email", "anna dot smith at gmail dot com", "anna.smith@gmail.com"),
        ("name", "my name is anna", "Anna"),
        ("city", "warsaw", "Warsaw"),
        ("digits", "one two three four", "1234"),
        ("{type: digits, length: 4}", "one two three four", "1234"),
        ("{type: choice, of: {red: [red, crimson], blue: blue}}", "the crimson one", "red"),
        ("{type: choice, of: {red: [red, crimson], blue: blue}}", "the crimsen", "red"),
        ("text", "it was too far away", "it was too far away"),
    ],
)
def test_what_answers_fill(slot: str, words: str, value: str) -> None:
    assert conversation(ASK.format(slot=slot)).answered(says(words)).finish.slots == {"it": value}


@pytest.mark.parametrize(
    ("slot", "words"),
    [
        ("number", "i do not know"),
        ("{type: number, least: 1, most: 10}", "seventy"),
        ("{type: digits, length: 4}", "one two three"),
        ("{type: choice, of: {red: red, blue: blue}}", "red or blue"),
        ("{type: choice, of: {red: red, blue: blue}}", "green"),
        ("email", "no idea"),
    ],
)
def test_what_does_not_fit_is_not_understood(slot: str, words: str) -> None:
    talk = conversation(ASK.format(slot=slot)).answered(says(words))
    assert talk.dialog.slots == {}
    assert talk.steps[-1] == "ask"


@pytest.mark.parametrize(
    ("slot", "keys", "value"),
    [
        ("digits", "1234#", "1234"),
        ("{type: digits, length: 4}", "1234", "1234"),
        ("number", "12", "12"),
        ("phone", "2015550123", "+12015550123"),
        ("{type: number, least: 0, most: 10}", "10", "10"),
    ],
)
def test_keys_fill_what_is_made_of_digits(slot: str, keys: str, value: str) -> None:
    talk = conversation(ASK.format(slot=slot))
    talk.take(Answered())
    assert isinstance(talk.listening, Listen)
    assert talk.listening.digits >= len(keys.rstrip("#"))
    assert talk.has(Spoken(1000, cut=False), Keys(keys)).finish.slots == {"it": value}


def test_keys_that_do_not_fit_are_not_understood() -> None:
    talk = conversation(ASK.format(slot="{type: digits, length: 4}")).answered(Keys("12"))
    assert talk.dialog.slots == {}


def test_the_words_of_a_choice_are_expected_by_the_recogniser() -> None:
    talk = conversation(ASK.format(slot="{type: choice, of: {red: [red, crimson], blue: blue}}"))
    talk.take(Answered())
    assert talk.listening is not None
    assert talk.listening.phrases == ("red", "crimson", "blue")


def test_half_an_answer_is_no_misunderstanding() -> None:
    steps = """\
  ask: {say: "How many, and when?", ask_for: {guests: number, at: time}, then: bye}
  bye: {end: {}}
"""
    talk = conversation(steps).answered(says("tomorrow at three pm"), says("for eight people"))
    assert talk.words == ["How many, and when?"] * 2
    assert talk.finish.slots == {"at": "2026-11-24T15:00:00+03:00", "guests": "8"}


READ_BACK = """\
  ask: {say: Your e-mail?, ask_for: {mail: email}, confirm: "<mail>, is it?", then: bye}
  bye: {end: {}, update: {email: <mail>}, note: Wrote <mail> down.}
"""


def test_a_correction_replaces_what_is_read_back() -> None:
    wrong, right = says("anna at mail dot ru"), says("no anna at gmail dot com", "deny")
    talk = conversation(READ_BACK).answered(wrong, right, means("affirm"))
    assert talk.finish.slots == {"mail": "anna@gmail.com"}
    assert talk.finish.updates == {"email": "anna@gmail.com"}
    assert talk.finish.notes == ("Wrote anna@gmail.com down.",)


def test_a_plain_no_asks_again() -> None:
    talk = conversation(READ_BACK).answered(says("anna at mail dot ru"), means("deny"))
    assert talk.dialog.slots == {}
    assert talk.words[-1] == "Your e-mail?"


# --- what the CRM is told

TELLS = """\
  ask:
    say: Still with us?
    answers: {affirm: bye, deny: why, ask_price: {say: Nothing., tags: [asked price], then: return}}
  why:
    say: Why is that?
    ask_for: {reason: text}
    then: gone
    note: "Left us: <reason>"
    tags: [lost, "lost: <first_name>"]
    update: {reason_for_leaving: <reason>, nothing: <city>}
  gone:
    say: Goodbye.
    sms: Come back, <first_name>!
    email: {subject: Goodbye, text: "For <reason>.", to: <mail>}
    end: {interest: cold, disposition: declined}
  bye: {end: {}}
"""
TELLS_HEAD = "needs: {first_name: name}\nmay_have: {city: text, mail: email}\n"


def test_steps_tell_the_crm_what_they_were_come_to_for() -> None:
    talk = conversation(TELLS, head=TELLS_HEAD, contact={"first_name": "Anna", "mail": "a@b.ru"})
    finish = talk.answered(means("ask_price"), means("deny"), says("too far")).finish
    assert finish.notes == ("Left us: too far",)
    assert finish.tags == ("asked price", "lost", "lost: Anna")
    assert finish.updates == {"reason_for_leaving": "too far"}, "what was not learned changes nothing"
    assert finish.follow_ups == (
        FollowUp(Channel.SMS, "Come back, Anna!"),
        FollowUp(Channel.EMAIL, "For too far.", "a@b.ru", "Goodbye"),
    )


def test_what_was_not_come_to_is_not_told() -> None:
    finish = conversation(TELLS, head=TELLS_HEAD).answered(means("deny"), Silence(), Silence()).finish
    assert (finish.notes, finish.tags, finish.updates, finish.follow_ups) == ((), (), {}, ())


def test_who_slams_the_phone_leaves_what_was_told_before() -> None:
    talk = conversation(TELLS, head=TELLS_HEAD).answered(means("ask_price"), means("deny"), says("too far"))
    assert "asked price" in talk.finish.tags


# --- meaning, beginnings, recordings


def test_what_a_yes_means_is_said_by_the_question() -> None:
    steps = """\
  ask:
    say: Do I have it right that this is not your number?
    answers: {affirm: bye, deny: bye}
    means: {affirm: wrong_number, deny: greet}
    keys: {1: bye}
  bye: {end: {}}
"""
    wrong = ("wrong_person", "unknown", "unknown_here")
    assert conversation(steps).answered(means("affirm")).verdict == wrong
    assert conversation(steps).answered(Keys("1")).verdict == wrong
    assert conversation(steps).answered(means("deny")).verdict == ("completed", "unknown", "unknown")


def test_who_calls_back_is_met_in_another_way() -> None:
    steps = """\
  out: {say: We call you., answers: {affirm: bye, deny: bye}}
  back: {say: You call us., answers: {affirm: bye, deny: bye}}
  bye: {end: {}}
"""
    assert conversation(steps, head="inbound: back\n").has(Answered(inbound=True)).words == ["You call us."]
    assert conversation(steps, head="inbound: back\n").answered().words == ["We call you."]
    steps = steps.replace("deny: bye}}\n  back", "deny: back}}\n  back")
    assert conversation(steps).has(Answered(inbound=True)).words == ["We call you."]


def test_a_transfer_that_fails_may_lead_on() -> None:
    steps = """\
  ask: {say: Shall I?, answers: {affirm: desk, deny: bye}}
  desk: {say: One moment., transfer: desk, if_transfer_fails: sorry}
  sorry: {say: Nobody is there., note: Nobody was there., end: {}}
  bye: {end: {}}
"""
    talk = conversation(steps, head='transfers: {desk: {to: "sip:1"}}\n').answered(means("affirm"), TransferFailed())
    assert talk.finish.notes == ("Nobody was there.",)


def test_time_that_is_up_during_a_transfer_ends_the_call_once_it_failed() -> None:
    steps = """\
  ask: {say: Shall I?, answers: {affirm: desk, deny: bye}}
  desk: {transfer: desk, if_transfer_fails: ask}
  bye: {end: {}}
"""
    talk = conversation(steps, head='transfers: {desk: {to: "sip:1"}}\n').answered(means("affirm"))
    assert talk.has(LimitReached()).actions == []
    assert talk.has(TransferFailed()).dialog.over


def test_a_wish_never_to_be_called_over_the_goodbye_counts_though_the_phone_is_slammed() -> None:
    steps = """\
  ask: {say: Shall I?, answers: {affirm: bye, deny: bye}}
  bye: {say: Thank you and goodbye., end: {interest: cold, disposition: declined}}
"""
    for answer in ("{say: Sorry., end: {}}", "{say: Sure?, answers: {affirm: bye, deny: bye}}", "bye"):
        script = f"{HEAD}start: ask\nsteps:\n{steps}everywhere: {{do_not_call: {answer}, wrong_number: bye}}\n"
        talk = Conversation(compiled(script)).answered()
        talk.take(means("deny"))
        talk.take(means("do_not_call"))
        talk.take(HungUp())
        assert talk.finish.never_call


def test_recordings_are_played_between_sentences(tmp_path_factory: pytest.TempPathFactory) -> None:
    from robot.dialog import CompiledScript  # noqa: PLC0415  # the one test that needs a file
    from robot.script import load_script  # noqa: PLC0415
    from tests.robot.script.test_shipping import write_wav  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("script")
    write_wav(folder / "jingle.wav")
    text = f"""{HEAD}needs: {{first_name: name}}
start: ask
steps:
  ask:
    say: [{{play: jingle.wav, words: Apex!}}, "Hello, <first_name>.", {{play: jingle.wav}}]
    answers: {{affirm: bye, deny: bye}}
  bye: {{play: jingle.wav, end: {{}}}}
{TAIL}"""
    (folder / "x.yaml").write_text(text)
    talk = Conversation(CompiledScript(load_script(folder / "x.yaml"))).answered(means("deny"))
    first, last = talk.said
    assert first.pieces == (Recorded("jingle.wav", "Apex!"), "Hello, Anna.", Recorded("jingle.wav"))
    assert first.shown == "Apex! Hello, Anna. [jingle.wav]"
    assert last.pieces == (Recorded("jingle.wav"),)
    assert talk.verdict[0] == "declined"


# --- for any answers

EVERYTHING = compiled(f"""\
{HEAD}needs: {{first_name: name}}
may_have: {{bonus: money}}
start: ask
steps:
  ask:
    say: [Hello., {{if: bonus > 10, say: You are rich., otherwise: Well.}}]
    count: asked
    ask_for:
      guests: {{type: number, least: 1, most: 20}}
      colour: {{type: choice, of: {{red: [red, crimson], blue: blue}}}}
      code: {{type: digits, length: 3}}
      at: time
      mail: email
      who: name
      town: city
      why: text
    confirm: <guests>, <colour>, <code>, <at>, <mail>, <who>, <town> and <why>?
    note: <guests>, <colour>, <code>, <at>, <mail>, <who>, <town> and <why>.
    update: {{email: <mail>, name: <who>}}
    sms: See you at <at as time>.
    then: again
    answers: {{deny: again}}
  again: {{if: asked < 3, then: ask, otherwise: bye}}
  bye: {{end: {{}}, email: {{subject: Hi, text: Hi., to: <mail>}}}}
{TAIL}""")
REPLIES = [
    "six", "crimson", "one two three", "tomorrow at five pm", "a at b dot ru", "my name is anna", "in warsaw",
    "because", "six crimson one two three tomorrow at five pm a at b dot ru my name is anna in warsaw", "",
    "no not six but seven",
]  # fmt: skip


@given(
    st.lists(
        st.one_of(
            st.builds(
                says, st.sampled_from(REPLIES), st.sampled_from(["out_of_scope", "affirm", "deny", "do_not_call"])
            ),
            st.builds(Keys, st.text("0123#", min_size=1, max_size=4)),
            st.just(Silence()),
            st.builds(Spoken, st.just(100), st.booleans()),
        ),
        max_size=25,
    ),
    st.sampled_from([{}, {"first_name": "Anna", "bonus": "100 USD"}]),
)
def test_slots_keep_their_types_whatever_is_said(
    events: list[Heard | Keys | Silence | Spoken], contact: dict[str, str]
) -> None:
    talk = Conversation(EVERYTHING, contact).answered()
    for event in events:
        if talk.dialog.over:
            break
        talk.has(event)
    slots = talk.dialog.slots
    assert slots.get("colour") in (None, "red", "blue")
    assert len(slots.get("code", "123")) == 3
    assert 1 <= float(slots.get("guests", "1")) <= 20
    assert "@" in slots.get("mail", "@")
    assert all("<" not in words for words in talk.words)


def test_an_entity_without_a_value_fills_nothing() -> None:
    heard = Heard(Understanding("x", "out_of_scope", 0.9, (), (Entity("email", "", "x", 0, 1),)))
    assert conversation(ASK.format(slot="email")).answered(heard).dialog.slots == {}
