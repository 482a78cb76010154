"""One line per thing that happened, in JSON, never with a person's words."""

import logging
import sys

import structlog


def configure(json: bool = True) -> None:
    """json: False gives lines for a human at a terminal."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.format_exc_info] if json else []),
            structlog.processors.JSONRenderer()
            if json
            # Plain: the rich traceback shows local variables, and those can be a person's words.
            else structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    # Libraries log through the standard library: only what is wrong, and none of their access lines (they hold URLs,
    # and Telegram's URLs hold the token).
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", force=True
    )
    for name in ("httpx", "aiogram", "telegram", "uvicorn.access", "pgqueuer", "asyncpg"):
        logging.getLogger(name).setLevel(logging.ERROR)
