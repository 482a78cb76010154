"""Passkeys, and sessions that end when nobody is there.

Revision ID: 0010
"""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE passkey (
            id BYTEA NOT NULL,
            therapist TEXT NOT NULL,
            public_key BYTEA NOT NULL,
            sign_count BIGINT NOT NULL,
            name TEXT NOT NULL,
            made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
            used_at TIMESTAMP WITH TIME ZONE,
            PRIMARY KEY (id)
        )""")
    op.execute("COMMENT ON COLUMN passkey.id IS 'the credential''s own'")
    op.execute("COMMENT ON COLUMN passkey.public_key IS 'COSE'")
    op.execute("COMMENT ON COLUMN passkey.name IS 'as its therapist calls it'")
    op.execute("ALTER TABLE door ADD COLUMN seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL")
    op.execute("COMMENT ON COLUMN door.kind IS '''invitation'', ''sign-in'', ''session'', ''challenge'''")
    op.execute("COMMENT ON COLUMN door.therapist IS ''''' for a challenge that anybody may answer'")
