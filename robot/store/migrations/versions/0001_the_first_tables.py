"""The first tables."""

import sqlalchemy as sa
from alembic import op

from robot.store.metadata import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "contacts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("fields", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("consent_basis", sa.Text(), nullable=True),
        sa.Column("consent_date", sa.Date(), nullable=True),
        sa.Column("consent_source", sa.Text(), nullable=True),
        sa.Column(
            "interest",
            sa.Enum(
                "hot",
                "warm",
                "cold",
                "refused",
                "unknown",
                name="interest",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="unknown",
            nullable=False,
        ),
        sa.Column("interest_at", Instant(), nullable=True),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("erased_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("external_id", name=op.f("uq_contacts_external_id")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("delivered_at", Instant(), nullable=True),
        sa.Column("dead_at", Instant(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("campaign_id", sa.Text(), nullable=True),
        sa.Column("attempt_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("contact_id", "sequence", name=op.f("uq_outbox_contact_id_sequence")),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("delivered_at IS NULL AND dead_at IS NULL"),
        postgresql_where=sa.text("delivered_at IS NULL AND dead_at IS NULL"),
    )

    op.create_table(
        "phones",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "valid",
                "invalid",
                "unreachable",
                "unknown",
                name="numberstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="unknown",
            nullable=False,
        ),
        sa.Column("confidence", sa.Float(), server_default="0", nullable=False),
        sa.Column("evidence", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("status_at", Instant(), nullable=True),
        sa.Column("embargo_until", Instant(), nullable=True),
        sa.Column("added_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phones")),
        sa.UniqueConstraint("number", name=op.f("uq_phones_number")),
    )
    op.create_table(
        "scripts",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_scripts")),
    )
    op.create_table(
        "trunks",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("next_call_at", Instant(), nullable=True),
        sa.Column("broken_until", Instant(), nullable=True),
        sa.Column("broken_rule", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_trunks")),
    )
    op.create_table(
        "campaigns",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "running",
                "paused",
                "finished",
                name="campaignstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="draft",
            nullable=False,
        ),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("script_hash", sa.String(length=64), nullable=True),
        sa.Column("trunk", sa.String(length=100), nullable=False),
        sa.Column("until", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["script_hash"], ["scripts.hash"], name=op.f("fk_campaigns_script_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("name", name=op.f("uq_campaigns_name")),
    )
    op.create_table(
        "contact_phones",
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("phone_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "person",
            sa.Enum(
                "confirmed",
                "reachable_here",
                "unknown_here",
                "moved_away",
                "unknown",
                name="person",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="unknown",
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_contact_phones_contact_id")),
        sa.ForeignKeyConstraint(["phone_id"], ["phones.id"], name=op.f("fk_contact_phones_phone_id")),
        sa.PrimaryKeyConstraint("contact_id", "phone_id", name=op.f("pk_contact_phones")),
        sa.UniqueConstraint("contact_id", "position", name=op.f("uq_contact_phones_contact_id_position")),
    )
    op.create_index("ix_contact_phones_phone_id", "contact_phones", ["phone_id"], unique=False)

    op.create_table(
        "do_not_call",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=True),
        sa.Column("contact_id", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "call",
                "office",
                "network",
                name="donotcallsource",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempt_id", sa.String(length=36), nullable=True),
        sa.Column("added_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_do_not_call_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_do_not_call")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_do_not_call_contact_id")),
        sa.UniqueConstraint("number", name=op.f("uq_do_not_call_number")),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("campaign_id", sa.String(length=36), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("imported_at", Instant(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("rejects_file", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_imports_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_table(
        "targets",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("campaign_id", sa.String(length=36), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("tz", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.Integer(), server_default="5", nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "claimed",
                "waiting",
                "closed",
                name="targetstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="open",
            nullable=False,
        ),
        sa.Column("waiting_until", Instant(), nullable=True),
        sa.Column("waiting_rule", sa.String(length=64), nullable=True),
        sa.Column(
            "closed",
            sa.Enum(
                "success",
                "refused",
                "invalid",
                "exhausted",
                "not_allowed",
                "stopped",
                name="closed",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("closed_rule", sa.String(length=64), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("retries", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("next_position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("callback_at", Instant(), nullable=True),
        sa.Column("verdict", sa.JSON(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_targets_campaign_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_targets_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
        sa.UniqueConstraint("campaign_id", "contact_id", name=op.f("uq_targets_campaign_id_contact_id")),
    )
    op.create_index("ix_targets_contact_id", "targets", ["contact_id"], unique=False)
    op.create_index(
        "ix_targets_due",
        "targets",
        ["campaign_id", "tz", "priority", "due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('open', 'waiting')"),
        postgresql_where=sa.text("state IN ('open', 'waiting')"),
    )

    op.create_table(
        "attempts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("target_id", sa.String(length=36), nullable=False),
        sa.Column("campaign_id", sa.String(length=36), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("phone_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(length=100), nullable=False),
        sa.Column("claimed_at", Instant(), nullable=False),
        sa.Column("lease_until", Instant(), nullable=False),
        sa.Column("trunk", sa.String(length=100), nullable=False),
        sa.Column("caller_id", sa.String(length=64), nullable=True),
        sa.Column("script_hash", sa.String(length=64), nullable=False),
        sa.Column("variants", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("dialled_at", Instant(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column(
            "result",
            sa.Enum(
                "answered",
                "busy",
                "no_answer",
                "rejected",
                "unreachable",
                "invalid_number",
                "trunk_failed",
                "unknown",
                name="result",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("settled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("sip_code", sa.Integer(), nullable=True),
        sa.Column("q850", sa.Integer(), nullable=True),
        sa.Column("rang_ms", sa.Integer(), server_default="0", nullable=False),
        sa.Column("verdict", sa.JSON(), nullable=True),
        sa.Column("slots", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("callback_at", Instant(), nullable=True),
        sa.Column("never_call", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("recording", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_attempts_campaign_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_attempts_contact_id")),
        sa.ForeignKeyConstraint(["phone_id"], ["phones.id"], name=op.f("fk_attempts_phone_id")),
        sa.ForeignKeyConstraint(["script_hash"], ["scripts.hash"], name=op.f("fk_attempts_script_hash")),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name=op.f("fk_attempts_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("fence", name=op.f("uq_attempts_fence")),
    )
    op.create_index("ix_attempts_campaign_id", "attempts", ["campaign_id"], unique=False)
    op.create_index("ix_attempts_contact_id", "attempts", ["contact_id"], unique=False)
    op.create_index(
        "ix_attempts_open_trunk",
        "attempts",
        ["trunk"],
        unique=False,
        sqlite_where=sa.text("result IS NULL"),
        postgresql_where=sa.text("result IS NULL"),
    )
    op.create_index("ix_attempts_target_id", "attempts", ["target_id"], unique=False)
    op.create_index("ix_attempts_trunk_finished_at", "attempts", ["trunk", "finished_at"], unique=False)
    op.create_index(
        "uq_attempts_open_or_settled",
        "attempts",
        ["target_id"],
        unique=True,
        sqlite_where=sa.text("result IS NULL OR settled"),
        postgresql_where=sa.text("result IS NULL OR settled"),
    )
    op.create_index(
        "uq_attempts_open_phone",
        "attempts",
        ["phone_id"],
        unique=True,
        sqlite_where=sa.text("result IS NULL"),
        postgresql_where=sa.text("result IS NULL"),
    )

    op.create_table(
        "turns",
        sa.Column("attempt_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("turn", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_turns_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", "number", name=op.f("pk_turns")),
    )


def downgrade() -> None:
    """Drop them, what refers to others first."""
    for table in (
        "turns",
        "attempts",
        "targets",
        "imports",
        "do_not_call",
        "contact_phones",
        "campaigns",
        "trunks",
        "scripts",
        "phones",
        "outbox",
        "contacts",
    ):
        op.drop_table(table)
