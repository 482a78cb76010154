"""What the clinic sees: counts without anybody in them, and what keeps them from counting twice.

Revision ID: 0006
"""

from alembic import op

revision = "0006"
down_revision = "0002"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE tally (
            what TEXT NOT NULL,
            week DATE NOT NULL,
            locale TEXT NOT NULL,
            minutes INTEGER,
            n BIGINT DEFAULT 1 NOT NULL
        )""")
    op.execute("COMMENT ON COLUMN tally.week IS 'its Monday, by the clinic''s clock'")
    op.execute("COMMENT ON COLUMN tally.minutes IS 'how long it took, rounded up; NULL where nothing is measured'")
    op.execute("""
        CREATE TABLE journey (
            conversation BIGINT NOT NULL,
            reached TEXT[] DEFAULT '{}' NOT NULL,
            asked_at TIMESTAMP WITH TIME ZONE,
            taken BOOLEAN DEFAULT false NOT NULL,
            PRIMARY KEY (conversation),
            FOREIGN KEY(conversation) REFERENCES conversation (id) ON DELETE CASCADE
        )""")
    op.execute("COMMENT ON COLUMN journey.reached IS 'what was counted of this conversation, and counts once'")
    op.execute("COMMENT ON COLUMN journey.asked_at IS 'of the request that has had no human word yet'")
    op.execute("CREATE INDEX journey_asked ON journey (asked_at) WHERE asked_at IS NOT NULL")
    op.execute("ALTER TABLE ownership ADD COLUMN leaks INTEGER")
    op.execute("COMMENT ON COLUMN ownership.leaks IS 'NULL until it has ended and they were counted'")
    op.execute("CREATE INDEX ownership_uncounted ON ownership (conversation) WHERE leaks IS NULL")
