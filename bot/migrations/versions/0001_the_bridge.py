"""The first tables, with everything of a person sealed from the start; and PgQueuer's own.

Revision ID: 0001
"""

from typing import Any

from alembic import op
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment

from bot.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    connection: Any = op.get_bind()
    metadata.create_all(connection)
    # PgQueuer's script holds many statements: asyncpg takes those only outside prepared statements.
    script = QueryBuilderEnvironment().build_install_query()
    connection.connection.dbapi_connection.run_async(lambda driver: driver.execute(script))


def downgrade() -> None:
    connection: Any = op.get_bind()
    script = QueryBuilderEnvironment().build_uninstall_query()
    connection.connection.dbapi_connection.run_async(lambda driver: driver.execute(script))
    metadata.drop_all(connection)
