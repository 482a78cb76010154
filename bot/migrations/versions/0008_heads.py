"""What stands at the head of each thread at the desk, what a thread is called, and what a sending took of the minute.

Revision ID: 0008
"""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("ALTER TABLE outbox ADD COLUMN calls INTEGER DEFAULT 1 NOT NULL")
    op.execute("COMMENT ON COLUMN outbox.calls IS 'of the group''s minute: it may need, or took'")
    op.execute("COMMENT ON COLUMN outbox.kind IS '''said'', ''relay'', ''offer'', ''told'', ''yours'', ''head'''")
    op.execute(
        "ALTER TABLE thread ADD COLUMN title TEXT DEFAULT '' NOT NULL, ADD COLUMN stage TEXT DEFAULT '' NOT NULL"
    )
    op.execute("COMMENT ON COLUMN thread.title IS 'as it is shown'")
    op.execute("COMMENT ON COLUMN thread.stage IS 'what its icon says'")
    op.execute("""
        CREATE TABLE head (
            conversation BIGINT NOT NULL,
            place TEXT NOT NULL,
            message TEXT NOT NULL,
            pinned BOOLEAN DEFAULT false NOT NULL,
            PRIMARY KEY (conversation, place),
            FOREIGN KEY(conversation) REFERENCES conversation (id) ON DELETE CASCADE
        )""")
    op.execute("COMMENT ON COLUMN head.place IS 'as in outbox'")
