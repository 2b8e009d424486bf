"""Why a line closed, read from the words that the SIP stack closes it with.

The stack says it in one text: a status line (``404 Not Found``), followed by the `Reason` header field where one came
(``404 Not Found,Q.850;cause=1;text="…"``), or words of its own (``Rejected by user``, ``Connection timed out [110]``).
Everything here is pure and takes any text whatever: a far end may write what it likes into it.
"""

import re
from dataclasses import dataclass

from telephony.line import EndedBy

__all__ = ["Cause", "read_cause", "read_q850"]

_STATUS = re.compile(r"\s*([1-6]\d\d)(?!\d)")
_Q850 = re.compile(
    r"""(?:^|[,\s])q\.?850\s*
        (?:;[^,"]*?(?:"[^"]*"[^,"]*?)*)?     # other parameters; a quoted text may hold commas and semicolons
        ;\s*cause\s*=\s*(\d{1,3})(?!\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_TRANSFERRED = "Call transfered"  # the stack's own spelling
_BYE = "Connection reset by peer"  # how the stack calls a BYE of the far end
_REQUEST_TERMINATED = 487


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a line closed.

    Attributes:
        by: Who closed it.
        sip_code: The final code of our INVITE; `None` when it was answered, when we cancelled it, or when none came.
        q850: The cause of ``Reason: Q.850`` (RFC 3326, ITU-T Q.850), 1 to 127.
    """

    by: EndedBy
    sip_code: int | None = None
    q850: int | None = None


def read_q850(text: str) -> int | None:
    """Return the Q.850 cause that a `Reason` header field value (RFC 3326) carries, wherever in ``text`` it stands.

    Values outside 1 to 127 are no causes and are not returned.
    """
    for found in _Q850.finditer(text):
        cause = int(found[1])
        if 1 <= cause <= 127:
            return cause
    return None


def read_cause(text: str, *, answered: bool, ours: bool) -> Cause:
    """Read why a line closed.

    Args:
        text: The stack's words for it.
        answered: Whether the call had been answered.
        ours: Whether we had asked for its end (hang-up, or our ring time-out). A final code that crossed our CANCEL
            on its way still counts as the far end's, since it says more.
    """
    status = _STATUS.match(text)
    code = int(status[1]) if status else None
    q850 = read_q850(text)
    if text.startswith(_TRANSFERRED):
        return Cause(EndedBy.TRANSFER, None, q850)
    if answered:
        if text.startswith(_BYE):
            return Cause(EndedBy.PEER, None, q850)
        if ours:
            return Cause(EndedBy.US, None, q850)
        return Cause(EndedBy.PEER if code is not None or q850 is not None else EndedBy.FAILURE, None, q850)
    if code is not None and code >= 300 and not (ours and code == _REQUEST_TERMINATED):
        return Cause(EndedBy.PEER, code, q850)
    if ours:
        return Cause(EndedBy.US, None, None)
    return Cause(EndedBy.PEER if text.startswith(_BYE) else EndedBy.FAILURE, None, q850)
