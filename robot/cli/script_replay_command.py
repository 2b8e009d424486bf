"""`perezvon script replay`: what today's script would make of calls that were had."""

import typer

__all__ = ["register"]


def register(script: typer.Typer) -> None:
    """Add the command to those of ``perezvon script``."""
