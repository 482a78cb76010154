from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from bot.database import Database
from bot.tables import metadata


async def test_the_migrations_make_the_tables_the_program_uses(database: Database) -> None:
    engine = database.engine(1)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection)
        found = compare_metadata(context, metadata)
        return [d for d in found if "pgqueuer" not in str(d) and "alembic_version" not in str(d)]

    async with engine.connect() as db:
        assert await db.run_sync(differences) == []
    await engine.dispose()
