"""Lines over SIP and RTP, on baresip.

>>> async with SipRuntime(listen="127.0.0.1") as sip:
...     trunk = await sip.trunk(TrunkAccount(host="127.0.0.1", port=5070))
...     line = await trunk.dial("+79261234567")
...     async for event in line.events():
...         ...

The stack is of alpha quality and runs one instance a process, on a thread of its own that cannot be started again once
it died. So nothing outside this package imports it, and a process whose `SipRuntime` is dead must be replaced.
"""

from telephony.sip.account import TrunkAccount
from telephony.sip.line import SipLine
from telephony.sip.runtime import SipRuntime
from telephony.sip.trunk import SipIncoming, SipTrunk

__all__ = ["SipIncoming", "SipLine", "SipRuntime", "SipTrunk", "TrunkAccount"]
