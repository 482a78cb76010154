"""The answers to questionnaires, sealed like everything else of a person.

Revision ID: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE answers (
            conversation BIGINT NOT NULL,
            number INTEGER NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
            body BYTEA NOT NULL,
            PRIMARY KEY (conversation, number),
            FOREIGN KEY(conversation) REFERENCES conversation (id) ON DELETE CASCADE
        )""")
    op.execute("COMMENT ON COLUMN answers.body IS 'sealed'")
    op.execute("COMMENT ON COLUMN answers.number IS 'as flows.state.Answers has it'")
