"""What Alembic runs: the migrations, on the connection that `robot.store.store.upgrade` opened."""

from alembic import context

import robot.store.outbox
import robot.store.tables  # noqa: F401  both declare tables
from robot.store.metadata import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot change a column in place
)
context.run_migrations()
