"""Keeps phone numbers out of what the SIP stack logs."""

import logging
import re

__all__ = ["RedactPhones", "redact_stack_logs"]

_DIGITS = re.compile(r"\+?\d{7,15}(?!\d)")
_LOGGERS = ("baresip.native", "baresip.native.sip", "baresip.call", "baresip.ua", "baresip.runtime", "baresip.events")


class RedactPhones(logging.Filter):
    """Writes ``…`` for whatever may be a phone in a record of the stack; lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record."""
        record.msg = _DIGITS.sub("…", record.getMessage())
        record.args = ()
        if hasattr(record, "peer"):
            record.peer = "…"
        return True


def redact_stack_logs() -> None:
    """Put the filter on every logger of the stack, once a process."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(known, RedactPhones) for known in logger.filters):
            logger.addFilter(RedactPhones())
