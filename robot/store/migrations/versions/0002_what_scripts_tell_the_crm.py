"""What scripts tell the CRM beyond the verdict, and the recorded prompts of scripts."""

import sqlalchemy as sa
from alembic import op

from robot.store.metadata import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TOLD = {"notes": "[]", "updates": "{}", "tags": "[]", "follow_ups": "[]"}


def upgrade() -> None:
    """Go on.

    Columns are added one by one and not in a batch: a batch copies the table, which turns refer to, and SQLite adds a
    column with a constant default without touching a row.
    """
    for name, empty in _TOLD.items():
        op.add_column("attempts", sa.Column(name, sa.JSON(), server_default=empty, nullable=False))
    op.create_table(
        "sounds",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("wav", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_sounds")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("sounds")
    for name in reversed(_TOLD):
        op.drop_column("attempts", name)
