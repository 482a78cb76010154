import structlog


def pytest_configure() -> None:
    # What the program logs while it is tried hard is not what a reader of the tests looks for.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
