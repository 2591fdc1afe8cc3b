"""What is written to partners about their featured places, in their language."""

from datetime import date

from backend.catalogue.rules_featured import FeaturedPlace
from backend.mail import Letter, translator


def _day(day: date, language: str) -> str:
    return f"{day:%d/%m/%Y}" if language == "fr" else f"{day:%Y-%m-%d}"


def featured(language: str, place: FeaturedPlace) -> Letter:
    _ = translator(language)
    reason = place.reason_fr if language == "fr" else place.reason_en
    return Letter(
        kind="listing_featured",
        subject=_("Featured: {listing}").format(listing=place.listing_name),
        paragraphs=[
            _("From {first} to {last} {listing} has a featured place in the store.").format(
                first=_day(place.starts_on, language),
                last=_day(place.ends_on, language),
                listing=place.listing_name,
            ),
            _("Customers read why: {reason}").format(reason=reason),
        ],
    )


def ended(language: str, place: FeaturedPlace) -> Letter:
    _ = translator(language)
    return Letter(
        kind="featured_place_ended",
        subject=_("No longer featured: {listing}").format(listing=place.listing_name),
        paragraphs=[
            _("{listing} stays on sale; its featured place has ended early.").format(
                listing=place.listing_name
            ),
            _("Reason: {reason}").format(reason=place.ended_reason),
            _("You may contest this decision by answering this letter."),
        ],
    )
