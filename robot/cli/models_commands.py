"""`perezvon models`: what hears and speaks each language, and fetching what does it better."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn
from rich.table import Table
from rich.text import Text

from models.catalogue import CATALOGUE, CatalogueEntry, Kind, entries
from models.pull import Progress as Told
from models.pull import pull
from models.registry import LANGUAGES, survey
from robot.cli.desk import desk
from robot.cli.errors import Mistaken

__all__ = ["register"]

_models = typer.Typer(no_args_is_help=True)
_DOES = {Kind.ASR: "hears", Kind.TTS: "speaks"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(_models, name="models", help="Speech models: what is here, and getting better ones.")


@_models.callback()
def _group() -> None:
    """Speech models: what is here, and getting better ones."""


@_models.command("list")
def _list(
    context: typer.Context,
    languages: Annotated[list[str] | None, typer.Argument(metavar="[LANGUAGE]...", help="en, ru, pl…")] = None,
) -> None:
    """Show what each language would be heard and spoken with now, what else there is, and how to get it."""
    at = desk(context)
    chosen = at.settings.models
    for strange in (one for one in languages or () if one not in LANGUAGES):
        raise Mistaken(f"nothing here hears or speaks {strange!r}; there are {', '.join(LANGUAGES)}")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("language", "does", "engine", "model", "now"):
        table.add_column(heading, no_wrap=heading != "model")
    table.add_column("to get it", ratio=1)
    for report in survey(languages or LANGUAGES, chosen.folder, asr=chosen.asr, tts=chosen.tts):
        if report.used:
            state, style = "used", "bold green"
        elif report.why_not is None:
            state, style = "ready", ""
        else:
            state, style = "missing", "dim"
        cells = (report.language, _DOES[report.kind], report.engine, report.model, state, report.why_not or "")
        table.add_row(*(Text(cell) for cell in cells), style=style)
    at.out.print(table)
    at.out.print(Text("\nTo be fetched from their makers:", "bold"))
    for entry in CATALOGUE:
        if not languages or entry.language in languages:
            at.out.print(_offer(entry, here=entry.installed(chosen.folder)), soft_wrap=True)


def _offer(entry: CatalogueEntry, *, here: bool) -> Text:
    size = f"{entry.megabytes} MB" if entry.megabytes else "size unknown"
    how = (
        "here" if here else f"perezvon models pull {entry.language}" + ("" if entry.usual else f" --name {entry.name}")
    )
    return Text.assemble(f"  {entry.language}  {entry.name}", (f"  {size}, {entry.licence}  ", "dim"), how)


@_models.command("pull")
def _pull(
    context: typer.Context,
    language: Annotated[str, typer.Argument(metavar="LANGUAGE", help="en, ru, pl")],
    names: Annotated[
        list[str] | None, typer.Option("--name", metavar="MODEL", help="This one, instead of the usual ones.")
    ] = None,
    mirror: Annotated[
        str | None, typer.Option(metavar="URL", help="A server with the makers' paths; otherwise models.mirror.")
    ] = None,
) -> None:
    """Fetch a language's models from their makers. What was cut off goes on where it stopped."""
    at = desk(context)
    chosen = at.settings.models
    known = sorted({entry.language for entry in CATALOGUE})
    if language not in known:
        raise Mistaken(f"there is nothing to pull for {language!r}; there are models for {', '.join(known)}")
    for entry in entries(language, tuple(names or ())):
        at.out.print(Text.assemble(entry.name, ("  licence: ", "dim"), entry.licence))
    with _bars(at.out) as told:
        pulled = pull(language, chosen.folder, mirror or chosen.mirror, told, names=tuple(names or ()))
    for one in pulled:
        state = "fetched" if one.fetched else "was here already"
        if one.first_use:
            state += "; its maker publishes no checksum: it was trusted now, and will be compared from now on"
        at.out.print(Text.assemble((f"{one.entry.name}", "bold"), f": {state}"), soft_wrap=True)


@contextmanager
def _bars(out: Console) -> Iterator[Told]:
    """Show a bar for each model; on what is no terminal, nothing."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=out, disable=not out.is_terminal) as progress:
        tasks: dict[str, TaskID] = {}

        def told(entry: CatalogueEntry, here: int, total: int | None) -> None:
            if entry.name not in tasks:
                tasks[entry.name] = progress.add_task(entry.name, total=total)
            progress.update(tasks[entry.name], completed=here, total=total)

        yield told
