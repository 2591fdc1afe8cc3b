"""What is written to partners about their deals and leads, in their language."""

from collections.abc import Callable
from datetime import datetime

from backend.core import PARIS
from backend.mail import Letter

Written = Callable[[str], Letter]
"""A letter, once the language is told."""


def _when(moment: datetime, language: str, *, hour: bool = False) -> str:
    at = moment.astimezone(PARIS)
    if language == "fr":
        return f"{at:%d/%m/%Y à %H:%M}" if hour else f"{at:%d/%m/%Y}"
    return f"{at:%Y-%m-%d at %H:%M}, Paris time" if hour else f"{at:%Y-%m-%d}"


def _pick(language: str, fr: str, en: str, **values: object) -> str:
    return (fr if language == "fr" else en).format(**values)


CONTEST = (
    "Si vous n’êtes pas d’accord, répondez à ce courriel : une autre personne réexamine la "
    "décision et vous répond par écrit.",
    "If you do not agree, answer this mail: another person looks at the decision again and answers "
    "you in writing.",
)


def approved(name: str, until: datetime) -> Written:
    def written(language: str) -> Letter:
        return Letter(
            kind="deal_approved",
            subject=_pick(
                language, "Votre affaire {name} est approuvée", "Your deal {name} is approved",
                name=name,
            ),
            paragraphs=[
                _pick(
                    language,
                    "Ce client est protégé pour vous jusqu’au {day}. Vous pouvez prolonger cette "
                    "protection une fois.",
                    "This customer is protected for you until {day}. You may renew the protection "
                    "once.",
                    day=_when(until, language),
                )
            ],
        )  # fmt: skip

    return written


def asked(name: str, reason: str) -> Written:
    def written(language: str) -> Letter:
        return Letter(
            kind="deal_asked",
            subject=_pick(
                language,
                "Votre affaire {name} : une précision est demandée",
                "Your deal {name}: something is to be completed",
                name=name,
            ),
            paragraphs=[
                reason,
                _pick(
                    language,
                    "Complétez-la dans votre espace, puis envoyez-la de nouveau.",
                    "Complete it in your portal, then send it again.",
                ),
            ],
        )

    return written


def rejected(name: str, reason: str, rule: str, at: datetime) -> Written:
    """The statement of reasons: what, why, by which rule, from when, how to contest."""

    def written(language: str) -> Letter:
        return Letter(
            kind="deal_rejected",
            subject=_pick(
                language, "Votre affaire {name} n’est pas retenue", "Your deal {name} is rejected",
                name=name,
            ),
            paragraphs=[
                _pick(language, "Motif : {reason}", "Reason: {reason}", reason=reason),
                _pick(language, "Règle appliquée : {rule}", "Rule: {rule}", rule=rule),
                _pick(
                    language, "Prise d’effet : le {day}", "Takes effect on: {day}",
                    day=_when(at, language, hour=True),
                ),
            ],
            closing=[_pick(language, *CONTEST)],
        )  # fmt: skip

    return written


def ends_soon(name: str, until: datetime, *, renewable: bool) -> Written:
    def written(language: str) -> Letter:
        more = _pick(
            language,
            "Vous pouvez la prolonger une fois, dans votre espace.",
            "You may renew it once, in your portal.",
        )
        return Letter(
            kind="deal_ends_soon",
            subject=_pick(
                language,
                "La protection de {name} prend fin le {day}",
                "The protection of {name} ends on {day}",
                name=name,
                day=_when(until, language),
            ),
            paragraphs=[
                _pick(
                    language,
                    "Après cette date, un autre partenaire peut déclarer ce client.",
                    "After that day another partner may register this customer.",
                ),
                *([more] if renewable else []),
            ],
        )

    return written


def expired(name: str) -> Written:
    def written(language: str) -> Letter:
        return Letter(
            kind="deal_expired",
            subject=_pick(
                language, "{name} n’est plus protégé", "{name} is no longer protected", name=name
            ),
            paragraphs=[
                _pick(
                    language,
                    "La protection est arrivée à son terme. Si l’affaire avance, déclarez-la de "
                    "nouveau.",
                    "The protection has ended. If the deal goes on, register it anew.",
                )
            ],
        )

    return written


def offered(need: str, until: datetime) -> Written:
    def written(language: str) -> Letter:
        return Letter(
            kind="lead_offered",
            subject=_pick(
                language,
                "Un contact commercial vous est proposé",
                "A lead is offered to you",
            ),
            paragraphs=[
                need,
                _pick(
                    language,
                    "Acceptez-le ou déclinez-le dans votre espace avant le {moment}. Ensuite, il "
                    "est proposé à un autre partenaire.",
                    "Accept or decline it in your portal before {moment}. After that it is offered "
                    "to another partner.",
                    moment=_when(until, language, hour=True),
                ),
            ],
        )

    return written


def offer_expired() -> Written:
    def written(language: str) -> Letter:
        return Letter(
            kind="lead_expired",
            subject=_pick(
                language,
                "Un contact commercial ne vous est plus proposé",
                "A lead is no longer offered to you",
            ),
            paragraphs=[
                _pick(
                    language,
                    "Le délai de réponse est passé. Si vous ne souhaitez pas recevoir de contacts, "
                    "dites-le dans votre profil.",
                    "The time to answer is over. If you do not want leads, say so in your profile.",
                )
            ],
        )

    return written
