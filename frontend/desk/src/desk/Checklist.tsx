import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Schema } from "../api/client";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import css from "./Checklist.module.css";
import { Moment } from "./Moment";
import { Panel } from "./Page";

export type Standing = Schema["ChecklistStandingView"];
export type Place = Schema["ChecklistPlaceView"];

/** A checklist with where each item stands; `acts` is what the reader may do about one. */
export function Checklist({ standing, acts }: { standing: Standing; acts: (place: Place) => ReactNode }) {
  const { t, i18n } = useLingui();
  const f = useFormat();
  const french = i18n.locale === "fr";
  const share = standing.required ? Math.round((100 * standing.done) / standing.required) : 100;
  return (
    <Panel
      title={french ? standing.name_fr : standing.name_en}
      aside={
        <Pill tone={standing.done === standing.required ? "good" : "accent"}>
          {t`${f.number(standing.done)} of ${f.number(standing.required)} accepted`}
        </Pill>
      }
    >
      <div className={css.bar} aria-hidden="true">
        <i style={{ width: `${share}%` }} />
      </div>
      <ul className={css.items}>
        {standing.places.map((place) => (
          <li key={place.item.code}>
            <div>
              <h3>{french ? place.item.title_fr : place.item.title_en}</h3>
              <p>{french ? place.item.help_fr : place.item.help_en}</p>
              <Link link={place.item.link} locale={i18n.locale} />
              <Said place={place} />
            </div>
            <div>
              <State place={place} />
            </div>
            <div className={css.acts}>{acts(place)}</div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Link({ link, locale }: { link: string; locale: string }) {
  if (!link) return null;
  return (
    <p>
      <a href={link.replace("{lang}", locale)}>
        <Trans>Read the document</Trans>
      </a>
    </p>
  );
}

function Said({ place }: { place: Place }) {
  const { t } = useLingui();
  return (
    <>
      {place.state !== "open" && place.words ? <p>{t`Done: ${place.words}`}</p> : null}
      {place.state !== "open" && place.proof ? (
        <p>
          <a href={place.proof} rel="noreferrer nofollow" target="_blank">
            {place.proof}
          </a>
        </p>
      ) : null}
      {place.reason ? <p>{t`Answer: ${place.reason}`}</p> : null}
      {place.due_at && place.state !== "accepted" ? (
        <p>
          <Trans>Planned for</Trans> <Moment at={place.due_at} day />
        </p>
      ) : null}
    </>
  );
}

export function State({ place }: { place: Place }) {
  if (place.state === "accepted")
    return (
      <Pill tone="good">
        <Trans>Accepted</Trans>
      </Pill>
    );
  if (place.state === "waiting")
    return (
      <Pill tone="warn">
        <Trans>Being checked</Trans>
      </Pill>
    );
  if (place.state === "refused")
    return (
      <Pill tone="bad">
        <Trans>To be done again</Trans>
      </Pill>
    );
  return <Pill>{place.item.is_required ? <Trans>To do</Trans> : <Trans>Optional</Trans>}</Pill>;
}
