"""Transcripts of a campaign as text files, one a conversation, beside its report."""

from pathlib import Path

from robot.call.messages import CallOutcome, Turn
from robot.office.record import AttemptRecord, ContactRecord, read_campaign, read_contacts
from robot.store.store import Store
from robot.words import CampaignId

__all__ = ["what_was_told", "write_transcripts"]


def write_transcripts(store: Store, campaign_id: CampaignId, folder: Path) -> int:
    """Write ``<attempt>.txt`` for every attempt in which anything was said; return how many there are.

    A file has the name of its recording. It holds what people said: keep it as carefully as the client list. In the
    data folder it is found and removed by its name when the contact is erased.

    Raises:
        LookupError: There is no such campaign.
        OSError: A file cannot be written.
    """
    written = 0
    with store.reading() as conn:
        campaign = read_campaign(conn, campaign_id)
        for contact in read_contacts(conn, campaign_id):
            for attempt in contact.attempts:
                if attempt.turns:
                    folder.mkdir(parents=True, exist_ok=True)
                    text = _transcript(campaign.name, contact, attempt)
                    (folder / f"{attempt.id}.txt").write_text(text, encoding="utf-8")
                    written += 1
    return written


def _transcript(campaign: str, contact: ContactRecord, attempt: AttemptRecord) -> str:
    verdict = attempt.verdict
    head = {
        "campaign": campaign,
        "contact": " ".join(part for part in (contact.external_id, contact.name) if part),
        "phone": attempt.phone or "",
        "dialled": attempt.dialled_at.isoformat(timespec="seconds") if attempt.dialled_at else "",
        "result": str(attempt.result or ""),
        "verdict": ", ".join(
            f"{name} {value}"
            for name, value in (
                ("number", verdict.number_status), ("answered by", verdict.answered_by), ("person", verdict.person),
                ("interest", verdict.interest), ("conversation", verdict.disposition),
            )
            if value is not None
        ),
        **{f"learned {name}": value for name, value in attempt.slots.items()},
    }  # fmt: skip
    lines = [f"{name}: {value}" for name, value in head.items()]
    lines += [f"{name}: {words}" for name, words in what_was_told(attempt)]
    lines.append("")
    for turn in attempt.turns:
        lines += _turn(turn)
    return "\n".join(lines) + "\n"


def what_was_told(of: AttemptRecord | CallOutcome) -> list[tuple[str, str]]:
    """Return what a script told the CRM of an attempt beyond the verdict, for people: what it is, and its words."""
    lines = [("note", note) for note in of.notes]
    lines += [("proposed", f"{name} = {value}") for name, value in sorted(of.updates.items())]
    if of.tags:
        lines.append(("tags", ", ".join(of.tags)))
    for sent in of.follow_ups:
        where = f"{sent.channel} to {sent.to}" if sent.to else sent.channel
        lines.append(("to be sent", f"{where}: {' / '.join(filter(None, (sent.subject, sent.text)))}"))
    return lines


def _turn(turn: Turn) -> list[str]:
    lines: list[str] = []
    if turn.said:
        cut = f"  (cut after {turn.said_heard_ms / 1000:.1f} s)" if turn.said_cut else ""
        lines.append(f"{_clock(turn.said_at)}  robot   {turn.said}{cut}")
    if turn.heard:
        lines.append(f"{_clock(turn.speech_start)}  caller  {turn.heard}  [{turn.intent} {turn.confidence:.2f}]")
    if turn.keys:
        lines.append(f"{_clock(None)}  caller  pressed {turn.keys}")
    return lines


def _clock(ms: int | None) -> str:
    if ms is None:
        return "    "
    seconds = max(0, ms) // 1000
    return f"{seconds // 60}:{seconds % 60:02}"
