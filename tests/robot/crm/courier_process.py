"""A process that does nothing but deliver, to be killed; its arguments are the database and the CRM's address."""

import asyncio
import sys

from robot.clock import SystemClock
from robot.crm.courier import Courier
from robot.settings import WebhookSettings
from robot.store.store import Store
from tests.robot.crm.receiver import SECRET

if __name__ == "__main__":
    store = Store.open(sys.argv[1])
    webhook = WebhookSettings(url=sys.argv[2], secret=SECRET, timeout=30)
    asyncio.run(Courier(store, webhook, SystemClock()).run(asyncio.Event()))
