"""The environment, read once. All that is missing or wrong is named at once."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from handoff import links

ROOT = Path(__file__).parent.parent
CONTENT = ROOT / "flows" / "content"
LOCALES = ROOT / "locales"

TELEGRAM_TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{20,}")
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
MASTER_KEY_BYTES = 32
BOOKING_SECRETS = {  # provider -> what it signs with
    links.CALCOM: "CALCOM_WEBHOOK_SECRET",
    links.CALENDLY: "CALENDLY_SIGNING_KEY",
    links.EASYAPPOINTMENTS: "EASYAPPOINTMENTS_SECRET",
    links.ACUITY: "ACUITY_API_KEY",
}
WEBHOOK_PORTS = (443, 80, 88, 8443)  # Telegram posts to no other: Bot API, setWebhook
SHORTEST_SECRET = 16  # characters; a shorter one can be guessed from one recorded webhook


class BrokenSettings(Exception):
    """Says everything that is wrong with the environment, one sentence a line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """What the program is told from outside.

    database_url: None means the embedded PostgreSQL in `var`.
    master_key:   32 bytes; None only with the embedded database, which keeps its own in `var`.
    public_url:   where people reach us, without a final slash; scheduling links and webhooks start with it.
    person_token, desk_token: the two Telegram bots; "" for none.
    webhook_secret: "" means long polling.
    telegram_url: another Bot API server, or "" for Telegram's own.
    risk_model: of `transformers`, to read risk with; "" for the layer that ships.
    booking_secrets: by the name of their setting, what providers sign with; an old one beside the new while it is
                   being changed.
    easyappointments_url: where it runs, without a final slash; "" for none.
    """

    var: Path
    database_url: str | None
    master_key: bytes | None
    public_url: str
    host: str
    port: int
    clinic: Path
    person_token: str
    desk_token: str
    webhook_secret: str
    telegram_url: str
    risk_model: str = ""
    booking_secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    acuity_user: str = ""
    easyappointments_url: str = ""
    easyappointments_token: str = ""


def read(env: Mapping[str, str]) -> Settings:
    """Raises BrokenSettings."""
    problems: list[str] = []
    database_url = env.get("DATABASE_URL") or None
    if database_url and _scheme(database_url) not in ("postgres", "postgresql", "postgresql+asyncpg"):
        problems.append("DATABASE_URL must begin with postgresql:// (PostgreSQL is the one database).")
    master_key = _master_key(env.get("PASSERELLE_MASTER_KEY", ""), problems)
    if database_url and not env.get("PASSERELLE_MASTER_KEY"):
        problems.append(
            "PASSERELLE_MASTER_KEY is missing. With a DATABASE_URL it must be set: 32 bytes in base64, "
            "for example from `openssl rand -base64 32`. Without it nothing stored can be read again."
        )
    port = _port(env.get("PORT", "8080"), problems)
    host = env.get("HOST", "127.0.0.1")
    # Not "localhost": Telegram refuses it in a button.
    public_url = env.get("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/")
    public_port = _public_port(public_url)
    if public_port is None:
        problems.append("PUBLIC_URL must be an http or https address, such as https://talk.example.org.")
    telegram_url = env.get("TELEGRAM_URL", "").rstrip("/")
    if telegram_url and _scheme(telegram_url) not in ("http", "https"):
        problems.append("TELEGRAM_URL must be an http or https address, or be left out.")
    person_token, desk_token = env.get("TELEGRAM_TOKEN", ""), env.get("TELEGRAM_DESK_TOKEN", "")
    for key, token in (("TELEGRAM_TOKEN", person_token), ("TELEGRAM_DESK_TOKEN", desk_token)):
        if token and not TELEGRAM_TOKEN.fullmatch(token):
            problems.append(f"{key} does not look like a Telegram bot token (digits, a colon, letters).")
    if person_token and person_token == desk_token:
        problems.append("TELEGRAM_TOKEN and TELEGRAM_DESK_TOKEN must be two different bots.")
    webhook_secret = env.get("TELEGRAM_WEBHOOK_SECRET", "")
    if webhook_secret and not WEBHOOK_SECRET.fullmatch(webhook_secret):
        problems.append("TELEGRAM_WEBHOOK_SECRET must be 16 to 256 of the characters A-Z a-z 0-9 _ and -.")
    if webhook_secret and not telegram_url and public_port is not None:
        if urlsplit(public_url).scheme != "https":
            problems.append("TELEGRAM_WEBHOOK_SECRET asks for webhooks, which need a PUBLIC_URL with https.")
        elif public_port not in WEBHOOK_PORTS:
            problems.append(
                "TELEGRAM_WEBHOOK_SECRET asks for webhooks, which Telegram posts to port 443, 80, 88 or 8443 only: "
                f"PUBLIC_URL is on port {public_port}."
            )
    secrets = _booking_secrets(env, problems)
    easyappointments_url = env.get("EASYAPPOINTMENTS_URL", "").rstrip("/")
    if easyappointments_url and _scheme(easyappointments_url) not in ("http", "https"):
        problems.append("EASYAPPOINTMENTS_URL must be an http or https address, such as https://rdv.example.org.")
    clinic = Path(env.get("CLINIC", "clinic.toml"))
    if not is_file(clinic):
        problems.append(f"CLINIC names {clinic}, and there is no such file.")
    if problems:
        raise BrokenSettings(problems)
    return Settings(
        var=Path(env.get("PASSERELLE_VAR", "var")).absolute(),
        database_url=database_url,
        master_key=master_key,
        public_url=public_url,
        host=host,
        port=port,
        clinic=clinic,
        person_token=person_token,
        desk_token=desk_token,
        webhook_secret=webhook_secret,
        telegram_url=telegram_url,
        risk_model=env.get("RISK_MODEL", ""),
        booking_secrets=secrets,
        acuity_user=env.get("ACUITY_USER_ID", "").strip(),
        easyappointments_url=easyappointments_url,
        easyappointments_token=env.get("EASYAPPOINTMENTS_API_TOKEN", "").strip(),
    )


def _booking_secrets(env: Mapping[str, str], problems: list[str]) -> dict[str, tuple[str, ...]]:
    """Without the spaces and line ends that come along when a secret is pasted."""
    found = {}
    for key in BOOKING_SECRETS.values():
        if secrets := tuple(env.get(key, "").replace(",", " ").split()):
            found[key] = secrets
        if any(len(secret) < SHORTEST_SECRET for secret in secrets):
            problems.append(f"{key} is too short: {SHORTEST_SECRET} characters are the least.")
    needed = (
        ("ACUITY_API_KEY", ("ACUITY_USER_ID",)),
        ("EASYAPPOINTMENTS_SECRET", ("EASYAPPOINTMENTS_URL", "EASYAPPOINTMENTS_API_TOKEN")),
    )
    for key, others in needed:
        missing = [other for other in others if not env.get(other, "").strip()]
        if key in found and missing:
            # Their webhooks only say that something changed; what changed has to be read there.
            problems.append(f"{key} is set, and {' and '.join(missing)} missing: without it no booking can be read.")
    return found


def _master_key(text: str, problems: list[str]) -> bytes | None:
    if not text:
        return None
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:  # not base64, or letters that only look like it
        key = b""
    if len(key) != MASTER_KEY_BYTES:
        problems.append("PASSERELLE_MASTER_KEY must be 32 bytes in base64.")
        return None
    return key


def _scheme(url: str) -> str:
    """ "" for what is no address, such as one with half a bracket."""
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""


def is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _public_port(url: str) -> int | None:
    """On which port it is reached; None when it is no address of a page."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return port if port is not None else 443 if parts.scheme == "https" else 80


def _port(text: str, problems: list[str]) -> int:
    if text.isdecimal() and len(text) < 6 and 0 < int(text) < 65536:
        return int(text)
    problems.append(f"PORT must be a number from 1 to 65535, not {text[:20]!r}.")
    return 8080
