"""Scheduling links out: whose page, and where in it our reference stands."""

from urllib.parse import quote, unquote_plus, urlsplit, urlunsplit

from handoff.roster import Clinic, SchedulingLink, Therapist, in_order

CALCOM, CALENDLY, EASYAPPOINTMENTS, ACUITY, DOCTOLIB = "cal.com", "calendly", "easyappointments", "acuity", "doctolib"
OTHER = "other"  # any other page
# Where a provider keeps a reference of ours and gives it back. Others keep one where clinic.toml says, or none.
REFERENCE_FIELD = {CALCOM: "metadata[ref]", CALENDLY: "utm_content"}
TELLING = (CALCOM, CALENDLY, EASYAPPOINTMENTS, ACUITY)  # providers that can tell us of a booking


def page_of(clinic: Clinic, therapist: str) -> SchedulingLink | None:
    """This therapist's page for appointments, or the clinic's own for ""; None when there is none."""
    if not therapist:
        return clinic.fallback_link
    return next((one.link for one in clinic.therapists if one.id == therapist), None)


def matching(clinic: Clinic, locale: str) -> tuple[Therapist, ...]:
    """Therapists who can be booked, those who speak the language first."""
    return tuple(therapist for therapist in in_order(clinic, locale) if therapist.link)


def target(link: SchedulingLink, ref: str) -> str:
    """The real page, with our reference in the provider's own field if it has one."""
    field = REFERENCE_FIELD.get(link.provider) or link.reference_field
    if not field:
        return link.url
    page = urlsplit(link.url)
    kept = [part for part in page.query.split("&") if part and unquote_plus(part.split("=")[0]) != field]
    return urlunsplit(page._replace(query="&".join([*kept, f"{quote(field, safe='')}={quote(ref, safe='')}"])))


def all_links(clinic: Clinic) -> tuple[SchedulingLink, ...]:
    own = tuple(therapist.link for therapist in clinic.therapists if therapist.link)
    return (*own, clinic.fallback_link) if clinic.fallback_link else own
