"""How long reading the risk in a message takes; into docs/performance.md by `make bench`, docs/risk.md by its report.

python -m tests.bench.reading     half a minute, nothing written
"""

from bot import risk_speed

HEADING = "## Reading risk"


def section() -> str:
    return risk_speed.section(HEADING)


if __name__ == "__main__":
    print(section())
