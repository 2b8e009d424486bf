"""The dialog machine: pure. Events in, actions out; no audio, no clock, no I/O."""

from robot.dialog.compiled import CompiledScript
from robot.dialog.machine import Dialog

__all__ = ["CompiledScript", "Dialog"]
