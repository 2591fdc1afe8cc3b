import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Figure, Figures, Page, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import { NewRule } from "./NewRule";
import { useNames } from "./names";
import css from "./office.module.css";
import { useActors, useWords } from "./words";

export function Rules() {
  const query = api.useQuery("get", "/api/office/terms");
  const [adding, setAdding] = useState(false);
  const { can } = useSession();
  return (
    <Page
      title={<Trans>Rules</Trans>}
      about={
        <Trans>
          How revenue is shared and when it is paid. A rule begins on a day to come and is never changed: a
          later one replaces it.
        </Trans>
      }
      actions={
        adding ? null : (
          <Button onClick={() => setAdding(true)}>
            {can("office:term:write") ? <Trans>Announce or try a rule</Trans> : <Trans>Try a rule</Trans>}
          </Button>
        )
      }
    >
      {adding ? <NewRule onDone={() => setAdding(false)} /> : null}
      <Loaded query={query} height={420}>
        {(terms) => (
          <>
            <InForce terms={terms} />
            <Shares terms={terms} />
            <Announced terms={terms} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function useTermText() {
  const { t } = useLingui();
  const f = useFormat();
  return {
    name: (name: string) => (name === "hold_days" ? t`Hold after a sale` : t`Smallest payout`),
    value: (name: string, value: number) =>
      name === "hold_days"
        ? plural(value, { one: "# day", other: "# days" })
        : f.money({ amount_minor: value, currency: "EUR" }),
  };
}

function InForce({ terms }: { terms: Schema["TermsView"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const text = useTermText();
  const now = new Date().toISOString();
  const base = terms.share_rules.find(
    (rule) => !rule.organisation_id && !rule.channel && !rule.brought_by && rule.valid_from <= now,
  );
  return (
    <Figures>
      {base ? (
        <Figure
          label={<Trans>We keep of each sale</Trans>}
          value={f.rate(base.operator_bp)}
          note={<Trans>The partner receives {f.rate(base.partner_bp)}</Trans>}
        />
      ) : null}
      {terms.in_force.map((one) => (
        <Figure
          key={one.name}
          label={text.name(one.name)}
          value={text.value(one.name, one.value)}
          note={
            one.since ? (
              <Trans>
                Since <Moment at={one.since} day />
              </Trans>
            ) : (
              t`As installed`
            )
          }
        />
      ))}
    </Figures>
  );
}

function State({ from }: { from: string }) {
  const { t } = useLingui();
  return from > new Date().toISOString() ? (
    <Pill tone="accent">{t`To come`}</Pill>
  ) : (
    <Pill tone="good">{t`In force`}</Pill>
  );
}

const EARLIEST = "2000";

function Shares({ terms }: { terms: Schema["TermsView"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useWords();
  const names = useNames(terms.share_rules.flatMap(({ organisation_id }) => organisation_id ?? []));
  return (
    <Panel title={<Trans>Share rules</Trans>} flush>
      <section className={css.scroll} tabIndex={0} aria-label={t`Share rules`}>
        <table className={`${css.simple} tnum`}>
          <thead>
            <tr>
              <th scope="col">{t`Rule`}</th>
              <th scope="col">{t`For`}</th>
              <th scope="col" className={css.numeric}>{t`We keep`}</th>
              <th scope="col" className={css.numeric}>{t`Partner receives`}</th>
              <th scope="col">{t`From`}</th>
              <th scope="col">{t`State`}</th>
            </tr>
          </thead>
          <tbody>
            {terms.share_rules.map((rule) => (
              <tr key={rule.id}>
                <th scope="row">{words.rule(rule.name)}</th>
                <td className={css.wrapCell}>
                  {[
                    rule.organisation_id ? names(rule.organisation_id) : t`Every partner`,
                    rule.channel ? words.channel(rule.channel) : null,
                    rule.brought_by === "partner" ? t`the partner brought the customer` : null,
                    rule.brought_by === "operator" ? t`we brought the customer` : null,
                  ]
                    .filter(Boolean)
                    .join(", ")}
                </td>
                <td className={css.numeric}>{f.rate(rule.operator_bp)}</td>
                <td className={css.numeric}>{f.rate(rule.partner_bp)}</td>
                <td>{rule.valid_from < EARLIEST ? t`The beginning` : <Moment at={rule.valid_from} day />}</td>
                <td>
                  <State from={rule.valid_from} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}

function Announced({ terms }: { terms: Schema["TermsView"] }) {
  const { t } = useLingui();
  const text = useTermText();
  const { can } = useSession();
  const staff = api.useQuery("get", "/api/office/staff", {}, { enabled: can("office:report:read") });
  const actor = useActors(staff.data?.items ?? []);
  if (terms.announced.length === 0) return null;
  return (
    <Panel title={<Trans>Payout rules that were announced</Trans>} flush>
      <div className={css.scroll}>
        <table className={`${css.simple} tnum`}>
          <thead>
            <tr>
              <th scope="col">{t`Rule`}</th>
              <th scope="col">{t`Value`}</th>
              <th scope="col">{t`From`}</th>
              <th scope="col">{t`State`}</th>
              <th scope="col">{t`Announced by`}</th>
              <th scope="col">{t`Why`}</th>
            </tr>
          </thead>
          <tbody>
            {terms.announced.map((one) => (
              <tr key={one.id}>
                <th scope="row">{text.name(one.name)}</th>
                <td>{text.value(one.name, one.value)}</td>
                <td>
                  <Moment at={one.valid_from} day />
                </td>
                <td>
                  <State from={one.valid_from} />
                </td>
                <td>
                  {actor(one.actor)}, <Moment at={one.recorded_at} day />
                </td>
                <td className={css.wrapCell}>{one.note}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
