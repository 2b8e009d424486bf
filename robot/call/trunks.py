"""From the settings of a trunk to what telephony needs to know of it."""

from robot.settings import TrunkSettings
from telephony.sip import TrunkAccount

__all__ = ["trunk_account"]


def trunk_account(trunk: TrunkSettings, *, register: bool) -> TrunkAccount:
    """Make an account of a trunk's settings; without ``register`` it dials only."""
    return TrunkAccount(
        host=trunk.host,
        port=trunk.port,
        user=trunk.user,
        auth_user=trunk.auth_user,
        password=trunk.password.get_secret_value(),
        register_every=trunk.register_every if register else 0,
        transport=trunk.transport,
        codecs=trunk.codecs,
        caller_id=trunk.caller_id,
        number_format=trunk.number_format,
    )
