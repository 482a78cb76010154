"""Where somebody's clock is: a city or a time they write -> a time zone."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from flows.intents import words_of

# Names people write where the database of time zones has another one, or none.
_CITIES = {
    "Europe/Paris": "Lyon, Marseille, Toulouse, Nice, Nantes, Strasbourg, Montpellier, Bordeaux, Lille, Rennes, France",
    "Europe/Brussels": "Bruxelles, Brussel, Anvers, Antwerp, Gand, Ghent, Liège, Namur, Charleroi, Belgique, Belgium",
    "Europe/Zurich": "Zürich, Genève, Geneva, Lausanne, Berne, Bern, Bâle, Basel, Neuchâtel, Suisse, Switzerland",
    "Europe/Luxembourg": "Luxembourg-Ville, Esch-sur-Alzette",
    "Europe/London": "Londres, Manchester, Birmingham, Glasgow, Édimbourg, Edinburgh, Bristol, Cardiff, England, UK",
    "Europe/Dublin": "Cork, Galway, Limerick, Ireland, Irlande",
    "Europe/Berlin": "Munich, München, Hambourg, Hamburg, Cologne, Köln, Francfort, Frankfurt",
    "Europe/Madrid": "Barcelone, Barcelona, Valence, Valencia, Séville",
    "Europe/Lisbon": "Lisbonne, Lisboa, Porto",
    "Europe/Athens": "Athènes",
    "Europe/Bucharest": "Bucarest",
    "America/Toronto": "Montréal, Québec, Ottawa, Gatineau, Laval, Sherbrooke, Trois-Rivières, Hamilton, Ontario",
    "America/Halifax": "Moncton, Fredericton, Nouvelle-Écosse, Nova Scotia",
    "America/Winnipeg": "Manitoba",
    "America/Edmonton": "Calgary, Alberta",
    "America/Vancouver": "Victoria, Colombie-Britannique, British Columbia",
    "America/New_York": "New York, Boston, Washington, Philadelphie, Philadelphia, Miami, Atlanta, Eastern Time",
    "America/Chicago": "Houston, Dallas, Nouvelle-Orléans, New Orleans, Central Time",
    "America/Denver": "Mountain Time",
    "America/Los_Angeles": "San Francisco, Seattle, San Diego, Portland, Pacific Time",
    "America/Martinique": "Fort-de-France",
    "America/Guadeloupe": "Pointe-à-Pitre",
    "America/Cayenne": "Guyane",
    "Indian/Reunion": "La Réunion, Saint-Denis de la Réunion",
    "Indian/Mayotte": "Mamoudzou",
    "Pacific/Noumea": "Nouméa, Nouvelle-Calédonie",
    "Pacific/Tahiti": "Papeete, Polynésie",
    "Africa/Casablanca": "Rabat, Maroc, Morocco",
    "Africa/Algiers": "Alger, Algérie, Algeria",
    "Africa/Tunis": "Tunisie, Tunisia",
    "Africa/Dakar": "Sénégal, Senegal",
    "Africa/Abidjan": "Côte d’Ivoire, Ivory Coast",
    "Africa/Kinshasa": "",
    "Asia/Beirut": "Beyrouth, Liban, Lebanon",
}
# One for each time it can be on people's clocks, those of our countries first.
_LIKELY = (
    *("Europe/London", "Europe/Paris", "Europe/Athens", "America/Toronto", "America/Halifax", "America/Winnipeg"),
    *("America/Edmonton", "America/Vancouver", "America/St_Johns", "Atlantic/Azores", "Europe/Istanbul"),
    *("Indian/Reunion", "Asia/Kolkata", "Pacific/Noumea", "Pacific/Tahiti"),
)
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])\s*(\d{1,2})(?:[:h](\d{2}))?\Z", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2})\s*(?:[:h.]\s*(\d{2})?)?\s*(?:min)?\s*([ap]\.?m\.?)?\Z", re.IGNORECASE)
_MORE = {"midi": time(12), "noon": time(12), "midday": time(12)}
_HALVES = (("du matin", 0), ("in the morning", 0), ("du soir", 12), ("de l’après-midi", 12), ("in the evening", 12))
_QUARTER = timedelta(minutes=15)  # every clock is a whole number of them away from the others


def zone(name: str) -> tzinfo:
    """The zone of a name that `zone_of` gave: one of the database, or an offset such as "UTC-05:00"."""
    if found := _OFFSET.match(name):
        sign = -1 if found[1] == "-" else 1
        return timezone(sign * timedelta(hours=int(found[2]), minutes=int(found[3] or 0)))
    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    try:
        zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def clock_of(words: str) -> time | None:
    """The time of day somebody wrote ("20h30", "8 pm", "midi"), or None."""
    said = words.strip().casefold().removeprefix("à ").removeprefix("at ").strip(" .!")
    if said in _MORE:
        return _MORE[said]
    later = 0
    for half, hours in _HALVES:
        if said.replace("'", "’").endswith(half):
            said, later = said[: -len(half)].strip(), hours
    said = re.sub(r"\s*heures?\s*", "h", said).removesuffix("o’clock").strip()
    found = _CLOCK.match(said)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if half_day := found[3]:
        if not 1 <= hour <= 12:
            return None
        hour, later = hour % 12, 12 if half_day.startswith("p") else 0
    if later and hour < 12:
        hour += later
    return time(hour, minute) if hour < 24 and minute < 60 else None


def zone_of(words: str, at: datetime) -> str | None:
    """The zone of the city somebody wrote, of the offset, or of the time their clock shows now; None for neither."""
    bare = "".join(words_of(words))
    if bare in _cities():
        return _cities()[bare]
    if found := _OFFSET.match(words.strip()):
        hours, minutes = int(found[2]), int(found[3] or 0)
        return f"UTC{found[1]}{hours:02}:{minutes:02}" if hours <= 14 and minutes < 60 else None
    clock = clock_of(words)
    return _showing(clock, at) if clock else None


def _showing(clock: time, at: datetime) -> str:
    """A zone in which it is about this time now."""
    now = at.astimezone(UTC).replace(tzinfo=None)
    ahead = datetime.combine(now.date(), clock) - now
    offset = round(ahead / _QUARTER) * _QUARTER
    offset = (offset + timedelta(hours=11)) % timedelta(days=1) - timedelta(hours=11)
    for name in _LIKELY:
        if at.astimezone(ZoneInfo(name)).utcoffset() == offset:
            return name
    sign, minutes = ("-" if offset < timedelta() else "+"), abs(offset) // timedelta(minutes=1)
    return f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}"


@cache
def _cities() -> Mapping[str, str]:
    found = {}
    for name in sorted(available_timezones()):
        region, slash, city = name.partition("/")
        if slash and region in ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"):
            found["".join(words_of(city.rpartition("/")[2].replace("_", " ")))] = name
    for name, others in _CITIES.items():
        for city in (name.rpartition("/")[2].replace("_", " "), *others.split(",")):
            found["".join(words_of(city))] = name
    found.pop("", None)
    return found
