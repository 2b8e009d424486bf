"""The stack's own log gives no phone away."""

import logging

import pytest

from telephony.line import Trunk
from telephony.sip import SipTrunk
from telephony.sip.redact import redact_stack_logs


def test_phones_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    redact_stack_logs()
    redact_stack_logs()
    with caplog.at_level(logging.INFO):
        logging.getLogger("baresip.native").warning("call to %s failed", "sip:+79261234567@10.0.0.1:5060")
        logging.getLogger("baresip.call").info("call finished: %ds", 12, extra={"peer": "sip:79261234567@x"})
    assert "call to sip:…@10.0.0.1:5060 failed" in caplog.text
    assert "call finished: 12s" in caplog.text
    assert all("7926" not in str(vars(record)) for record in caplog.records)


def as_a_trunk(trunk: SipTrunk) -> Trunk:
    """Checked by mypy: what we dial with is what the rest of the house knows."""
    return trunk
