"""How a running command is told to stop."""

import asyncio
import signal

__all__ = ["stop_on_signals"]


def stop_on_signals() -> asyncio.Event:
    """Return an event that Ctrl-C or SIGTERM sets, so that live calls are hung up and written before we leave.

    A second Ctrl-C ends the program at once; leases then look after what was left.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def asked(number: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked, number)
    return stop
