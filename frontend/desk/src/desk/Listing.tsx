import { Trans, useLingui } from "@lingui/react/macro";
import { Tabs } from "@mantine/core";
import type { ReactNode } from "react";
import type { Schema } from "../api/client";
import { useFormat } from "../i18n/format";
import { IconCheck, IconClock } from "../ui/icons";
import { Pill } from "../ui/Pill";
import { Amount } from "./Amount";
import { useDealWords } from "./deals";
import css from "./Listing.module.css";
import { type Status, TONES, useListingWords } from "./listing";
import { Facts } from "./Page";
import { Timeline } from "./Timeline";

type Listing = Schema["ListingView"];

export function ListingPill({ status }: { status: Status }) {
  const { statuses } = useListingWords();
  return <Pill tone={TONES[status]}>{statuses[status]}</Pill>;
}

/** One part of a drawer about a listing. */
export function Part({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section className={css.part}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** The ways on from where a listing stands, beside what is said of it. */
export const Ways = ({ children }: { children: ReactNode }) => <span className={css.ways}>{children}</span>;

/** Where a listing stands, with a note below. */
export const Standing = ({ status, note }: { status: Status; note?: string | undefined }) => (
  <span className={css.standing}>
    <ListingPill status={status} />
    {note ? <small>{note}</small> : null}
  </span>
);

/** A reason as it was written, line by line. */
export const Reason = ({ children }: { children: string }) => <span className={css.reason}>{children}</span>;

/** What a listing needs to go on sale, and what of it is there. */
export function Checklist({ listing }: { listing: Listing }) {
  const { fields } = useListingWords();
  const wanted = [
    "price",
    "category",
    "summary_fr",
    "summary_en",
    "organisation",
    "file",
    "restriction",
  ] as const;
  return (
    <ul className={css.check}>
      {wanted
        .filter((name) => name !== "restriction" || listing.missing.includes(name))
        .map((name) => {
          const lacks = listing.missing.includes(name);
          return (
            <li key={name} data-done={lacks ? undefined : true}>
              {lacks ? <IconClock size={17} aria-hidden /> : <IconCheck size={17} aria-hidden />}
              <span>
                {fields[name]}
                <span className={lacks ? css.absent : "sr"}>
                  {" "}
                  {lacks ? <Trans>is missing</Trans> : <Trans>is there</Trans>}
                </span>
              </span>
            </li>
          );
        })}
    </ul>
  );
}

/** Every step of a listing, newest first, with the reasons that were given. */
export function Steps({ steps }: { steps: Schema["Step"][] }) {
  const { t } = useLingui();
  const { verbs } = useListingWords();
  return (
    <Timeline
      steps={steps.map((step) => ({
        key: `${step.at} ${step.verb}`,
        label: verbs[step.verb],
        note: (
          <>
            {step.reason ? <Reason>{step.reason}</Reason> : null}
            {step.reason ? <br /> : null}
            {step.by === null ? t`by Iroise Cloud` : t`by ${step.by}`}
          </>
        ),
        more: step.changes.length > 0 ? <Changes changes={step.changes} /> : null,
        at: step.at,
        state: step.verb === "ask_change" || step.verb === "withdraw" ? "bad" : "done",
      }))}
    />
  );
}

/** The listing as a reader of the store has it, in both languages. */
export function Preview({ listing }: { listing: Listing }) {
  const { t } = useLingui();
  const { segments } = useDealWords();
  const f = useFormat();
  const { categories, models, places } = useListingWords();
  const said = (words: Record<string, string>, word: string | null) =>
    word === null ? <Absent /> : (words[word] ?? word);
  return (
    <div>
      <Tabs defaultValue={f.locale}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="fr" lang="fr">
            Français
          </Tabs.Tab>
          <Tabs.Tab value="en" lang="en">
            English
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="fr">
          <Told listing={listing} language="fr" />
        </Tabs.Panel>
        <Tabs.Panel value="en">
          <Told listing={listing} language="en" />
        </Tabs.Panel>
      </Tabs>
      <div style={{ marginTop: 16 }}>
        <Facts
          items={[
            [
              t`Price, VAT excluded`,
              listing.price ? <Amount key="p" value={listing.price} strong /> : <Absent key="p" />,
            ],
            [t`VAT`, f.rate(listing.vat_rate_bp)],
            [
              t`Offered to`,
              listing.segments.length === 0
                ? t`Everybody`
                : listing.segments.map((one) => segments[one]).join(", "),
            ],
            [t`Category`, said(categories, listing.category)],
            [t`Delivered as`, said(models, listing.service_model)],
            [t`Where the data is`, said(places, listing.data_location)],
            [
              t`Guaranteed availability`,
              listing.sla_bp === null ? <Absent key="s" /> : f.rate(listing.sla_bp),
            ],
          ]}
        />
      </div>
    </div>
  );
}

function Told({ listing, language }: { listing: Listing; language: "fr" | "en" }) {
  const summary = listing[`summary_${language}`] || listing.summary;
  const description = listing[`description_${language}`];
  return (
    <div className={css.preview}>
      <h3>{listing.name}</h3>
      <p className={css.lead} lang={summary ? language : undefined}>
        {summary || <Absent />}
      </p>
      {description ? (
        description.split("\n").map((line, index) => (
          <p key={index} lang={language}>
            {line}
          </p>
        ))
      ) : (
        <p>
          <Absent />
        </p>
      )}
    </div>
  );
}

const Absent = () => (
  <span className={css.absent}>
    <Trans>Not said</Trans>
  </span>
);

/** What a listing says otherwise than when it was read last. */
export function Changes({ changes }: { changes: Schema["Difference"][] }) {
  const { fields, categories, models, places } = useListingWords();
  const { segments } = useDealWords();
  const f = useFormat();
  const shown = (field: string, value: Schema["Difference"]["after"]) => {
    if (value === null || value === "") return "–";
    if (typeof value === "object") return f.money(value);
    if (typeof value === "number") return f.rate(value);
    if (field === "segments")
      return value
        .split(" ")
        .map((one) => segments[one] ?? one)
        .join(", ");
    const words = { category: categories, service_model: models, data_location: places }[field];
    return words?.[value] ?? value;
  };
  return (
    <dl className={css.changes}>
      {changes.map(({ field, before, after }) => (
        <div key={field}>
          <dt>{fields[field] ?? field}</dt>
          <dd>{before === null || before === "" ? null : <del>{shown(field, before)}</del>}</dd>
          <dd>
            <ins>{shown(field, after)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
