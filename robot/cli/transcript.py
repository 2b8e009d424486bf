"""One call on the screen, line by line, as it is spoken: for `perezvon call`."""

from rich.console import Console
from rich.text import Text

from robot.call.messages import CallOutcome, Failed, Finished, Progress, Ready, Said, Understood
from robot.office.transcripts import what_was_told

__all__ = ["LiveTranscript"]

_STATES = {
    "dialling": "dialling…",
    "ringing": "it rings",
    "early_media": "the network speaks",
    "answered": "answered",
    "transferring": "transferring",
    "hung_up": "hung up",
}


class LiveTranscript:
    """Prints what call processes say of a call. Meant for one call at a time: it does not tell calls apart."""

    def __init__(self, console: Console) -> None:
        """Print to a console."""
        self._console = console

    def handle(self, message: Ready | Failed | Progress | Said | Understood | Finished) -> None:
        """Take a message and print it, if people would want to read it."""
        match message:
            case Progress(state=state):
                self._print(Text(_STATES[state], "dim"))
            case Said(text=text):
                self._print(Text.assemble(("robot   ", "bold cyan"), text))
            case Understood(text=text, intent=intent, confidence=confidence):
                meaning = (f"  {intent} {confidence:.2f}", "dim")
                self._print(Text.assemble(("caller  ", "bold green"), text or "…", meaning))
            case Finished(outcome=outcome):
                self._print(_summary(outcome))
            case Failed(why=why):
                self._print(Text(why, "red"))
            case Ready():
                pass

    def _print(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)


def _summary(outcome: CallOutcome) -> Text:
    verdict = outcome.verdict
    lines = [
        f"result          {outcome.result}" + (f" (SIP {outcome.sip_code})" if outcome.sip_code else ""),
        f"number          {verdict.number_status}, {verdict.confidence:.0%} sure",
        f"answered by     {verdict.answered_by}",
        f"person          {verdict.person}",
        f"interest        {verdict.interest}",
    ]
    if verdict.disposition is not None:
        lines.append(f"ended           {verdict.disposition}")
    if outcome.callback_at is not None:
        lines.append(f"call again at   {outcome.callback_at.isoformat()}")
    lines += [f"learned         {name} = {value}" for name, value in sorted(outcome.slots.items())]
    lines += [f"{name:<16}{words}" for name, words in what_was_told(outcome)]
    if outcome.recording is not None:
        lines.append(f"recording       {outcome.recording}")
    return Text("\n" + "\n".join(lines))
