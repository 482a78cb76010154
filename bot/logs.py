"""One line per thing that happened, in JSON, never with a person's words."""

import logging
import sys

import structlog

from bot.database import LOST, OURS


def configure(json: bool = True) -> None:
    """json: False gives lines for a human at a terminal."""
    said: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *([structlog.processors.format_exc_info] if json else []),
    ]
    shown: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if json
        # Plain: the rich traceback shows local variables, and those can be a person's words.
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*said, shown],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    # Libraries log through the standard library: only what is wrong, and none of their access lines (they hold URLs,
    # and Telegram's URLs hold the token).
    libraries = logging.StreamHandler(sys.stderr)
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *said],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shown],
        )
    )
    libraries.addFilter(_without_where_it_was_noticed)
    logging.basicConfig(handlers=[libraries], level=logging.WARNING, force=True)
    for name in ("httpx", "aiogram", "telegram", "uvicorn.access", "pgqueuer", "asyncpg"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _without_where_it_was_noticed(record: logging.LogRecord) -> bool:
    """A database that is away is named in a line: where in a library it was noticed tells nobody anything."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, LOST) and not isinstance(error, OURS):
        record.msg, record.args = f"{record.getMessage()} ({type(error).__name__})", ()
        record.exc_info = record.exc_text = None
    return True
