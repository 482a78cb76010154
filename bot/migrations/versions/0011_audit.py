"""Whether a reading is in the audit trail already is asked often.

Revision ID: 0011
"""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute("CREATE INDEX audit_read ON audit (who, conversation, at)")
