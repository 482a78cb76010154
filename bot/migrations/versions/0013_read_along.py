"""Those who are asked may read along, where the person lets them.

Revision ID: 0013
"""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("ALTER TABLE conversation ADD COLUMN watched_from BIGINT")
    op.execute("COMMENT ON COLUMN conversation.watched_from IS 'what is said after this id may be read along'")
