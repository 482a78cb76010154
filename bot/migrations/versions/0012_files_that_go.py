"""A person's copy of what is kept of them does not stay.

Revision ID: 0012
"""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute("ALTER TABLE file ADD COLUMN until TIMESTAMP WITH TIME ZONE")
    op.execute("COMMENT ON COLUMN file.until IS 'when it goes; null for as long as the words it came with'")
