"""Calls that were had, in a real database: acts are done to a script, and written down as a call writes them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from models.nlu import FindsOnly
from models.protocols import Nlu, Understanding
from robot.call.messages import CallOutcome, Turn
from robot.campaign.claim import Claim
from robot.campaign.finish import finish
from robot.campaign.plan import CampaignPlan
from robot.dialog import CompiledScript
from robot.dialog.events import Finish, Say
from robot.office.campaigns import start, use_script
from robot.office.conversation import Act, Conversation, Exchange, HangsUp, MachineTakes, PicksUp, Presses, Says
from robot.script import load_script
from robot.words import AnsweredBy, AttemptId, CampaignId, NumberStatus, Result, Verdict
from tests.robot.office.office_room import Office

__all__ = ["SCRIPT", "WORDS", "Act", "Booth", "Parrot", "made_turns"]

SCRIPT = """\
script: small
language: en
purpose: advertising
needs: {first_name: name}
start: notice
transfers: {desk: {to: "sip:100"}}
steps:
  notice:
    say: Hello <first_name>, this is a robot, and the call is recorded.
    then: greeting
  greeting:
    variants:
      short: Can you talk?
      long: Can you talk for a minute?
    answers: {affirm: when, deny: goodbye, operator_please: desk}
    keys: {1: when, 2: goodbye}
  when:
    say: When shall I call you back?
    ask_for: {callback_at: time}
    confirm: I will call <callback_at as time>. Is that right?
    then: booked
    answers: {deny: goodbye}
  booked:
    say: I have put you down. Goodbye!
    note: Call <first_name> back.
    tags: [later]
    end: {interest: warm, disposition: callback}
  desk: {say: I am putting you through., transfer: desk, if_transfer_fails: goodbye}
  goodbye:
    say: Thank you and goodbye!
    end: {interest: cold, disposition: declined}
everywhere:
  do_not_call: {say: We will not call again., end: {interest: refused, disposition: do_not_call}}
  wrong_number: {say: Sorry!, end: {person: unknown_here, disposition: wrong_person}}
  is_robot: {say: "Yes, I am a robot.", then: return}
when_silent:
  - say: Can you hear me?
  - {say: I hear nothing. Goodbye!, end: {disposition: silent}}
voicemail: {say: "We will call again, <first_name>."}
"""
WORDS = {
    "yes": "affirm", "no": "deny", "stop": "do_not_call", "wrong": "wrong_number", "robot": "is_robot",
    "person": "operator_please",
}  # fmt: skip


class Parrot:
    """Understands one word each, and times."""

    language = "en"
    intents = frozenset(WORDS.values())
    examples: Mapping[str, tuple[str, ...]] = {intent: (word,) for word, intent in WORDS.items()}

    def __init__(self, words: Mapping[str, str] = WORDS) -> None:
        self.words = words

    def parse(self, text: str, *, allowed: frozenset[str] | None = None, now: Any = None) -> Understanding:
        found = FindsOnly("en").parse(text, now=now)
        intent = self.words.get(text, "out_of_scope")
        known = allowed is None or intent in allowed
        return Understanding(text, intent if known else "out_of_scope", 0.9, (), found.entities)


def made_turns(acts: Sequence[tuple[Act, bool | str]], talk: Conversation) -> list[Turn]:
    """Do acts to a conversation, each into the robot's words (of a step) or not; write it down as a call does."""
    turns: list[Turn] = []
    for index, (act, _) in enumerate(acts):
        listening, at = talk_listens(talk), round(talk.seconds * 1000)
        exchange = talk.take(act, until=stop_at(acts[index + 1][1], talk) if index + 1 < len(acts) else None)
        if turns:
            was = turns[-1]
            over = 0 if exchange.over is None else 1000
            length = was.said_heard_ms or (at - was.said_at + over if was.said_at is not None else 0)
            turns[-1] = was.model_copy(update={"said_cut": was.said_cut or exchange.cut, "said_heard_ms": length})
        if isinstance(act, Says):
            heard(turns, exchange, act, at)
        elif isinstance(act, Presses) and listening:
            turns[-1] = turns[-1].model_copy(update={"keys": act.digits, "intent": "keys", "confidence": 1.0})
        for one in exchange.said:
            turns.append(Turn(step=one.step, said=one.say.shown, said_at=round(one.began * 1000)))
        if talk.over:
            break
    return turns


def stop_at(into: bool | str, talk: Conversation) -> Callable[[Say], bool] | None:
    if isinstance(into, bool):
        return (lambda _: True) if into else None
    return lambda _: talk.step == into


def talk_listens(talk: Conversation) -> bool:
    listening = talk._listening
    return listening is not None and listening.digits > 0


def heard(turns: list[Turn], exchange: Exchange, act: Says, at: int) -> None:
    meant = exchange.understood
    if meant is None:
        return
    if not turns or turns[-1].heard:
        turns.append(Turn(step=turns[-1].step if turns else ""))
    what = {"heard": act.text, "intent": meant.intent, "confidence": meant.confidence, "asr_confidence": act.confidence}
    turns[-1] = turns[-1].model_copy(update={**what, "speech_start": at})


@dataclass
class Booth:
    """A running campaign whose calls are had as a test says.

    Attributes:
        office: Where it runs.
        nlu: What its calls understand by.
        file: The script's file; another text in it is today's script.
    """

    office: Office
    nlu: Nlu = field(default_factory=Parrot)
    text: str = SCRIPT
    contacts: int = 5
    name: str = "autumn"

    def __post_init__(self) -> None:
        dialogs = self.office.folder / "dialogs"
        dialogs.mkdir(exist_ok=True)
        self.file = dialogs / "small.yaml"
        self.file.write_text(self.text, encoding="utf-8")
        office = self.office
        office.settings = office.settings.model_copy(update={"dialogs": dialogs})
        plan = office.plan.model_copy(update={"script": str(self.file), "name": self.name})
        office.plan = CampaignPlan.model_validate(plan.model_dump())
        rows = "".join(f"{i},Anna,+792612{i:05},form,2026-01-01\n" for i in range(1, self.contacts + 1))
        office.import_(f"id,first_name,phone,consent_basis,consent_date\n{rows}")
        self.campaign: CampaignId = start(office.store, office.settings, office.clock, self.name)

    def today(self, text: str) -> None:
        """Change the script in the dialogs folder."""
        self.file.write_text(text, encoding="utf-8")

    def move_to(self, text: str) -> None:
        """Move the campaign to another text of the script."""
        self.today(text)
        use_script(self.office.store, self.office.settings, self.office.clock, self.name, str(self.file))

    def claim(self) -> Claim:
        claimed = self.office.claim(self.campaign)
        assert isinstance(claimed, Claim), claimed
        return claimed

    def conversation(self, claim: Claim) -> Conversation:
        """Begin what a call of this claim would begin."""
        return Conversation(
            CompiledScript(load_script(self.file)), self.nlu, claim.fields, start=self.office.clock.now(),
            zone=ZoneInfo(claim.zone), variant_seed=claim.contact,
        )  # fmt: skip

    def had(self, *acts: Act | tuple[Act, bool | str], recording: Path | None = None) -> AttemptId:
        """Have a call; acts with `True`, or a step, fall into words. Begins with picking up, unless it is told."""
        claim = self.claim()
        told = [act if isinstance(act, tuple) else (act, False) for act in acts]
        if not told or not isinstance(told[0][0], PicksUp | MachineTakes):
            told.insert(0, (PicksUp(), False))
        talk = self.conversation(claim)
        turns = made_turns(told, talk)
        if talk.finish is None:
            talk.take(HangsUp())
        assert talk.finish is not None
        by = next((act.kind for act, _ in told if isinstance(act, MachineTakes)), AnsweredBy.HUMAN)
        return self.write(claim, turns, talk.finish, by, seconds=talk.seconds, recording=recording)

    def write(
        self,
        claim: Claim,
        turns: Sequence[Turn],
        told: Finish,
        by: AnsweredBy = AnsweredBy.HUMAN,
        *,
        seconds: float = 20.0,
        recording: Path | None = None,
    ) -> AttemptId:
        """Write what a call came to."""
        now, office = self.office.clock.now(), self.office
        verdict = Verdict(NumberStatus.VALID, 0.9, by, told.person, told.interest, told.disposition)
        outcome = CallOutcome(
            attempt=claim.attempt, result=Result.ANSWERED, verdict=verdict, dialled_at=now, answered_at=now,
            ended_at=now + timedelta(seconds=seconds), turns=tuple(turns), slots=told.slots, never_call=told.never_call,
            notes=told.notes, updates=told.updates, tags=told.tags, follow_ups=told.follow_ups,
            recording=str(recording) if recording is not None else None,
        )  # fmt: skip
        with office.store.writing() as conn:
            finish(conn, outcome, claim.fence, office.settings.calls, now)
        return claim.attempt
