from tests.postgres.conftest import database, server

__all__ = ["database", "server"]
