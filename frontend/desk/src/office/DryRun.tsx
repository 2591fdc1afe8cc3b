import { Trans, useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import { Empty } from "../desk/Empty";
import { Moment } from "../desk/Moment";
import { Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import css from "./office.module.css";

/** What a month's statements would have been under another rule. Nothing is written. */
export function DryRun({ preview }: { preview: Schema["Preview"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const changed = preview.totals.reduce((sum, total) => sum + total.changed, 0);
  const statements = preview.totals.reduce((sum, total) => sum + total.statements, 0);
  const lines = [
    ["share", t`Partners’ share, before VAT`],
    ["operator", t`We keep`],
    ["due", t`To be paid out, with VAT`],
    ["carried", t`Carried on`],
  ] as const;
  return (
    <Panel
      title={
        <Trans>
          Dry run: {f.month(preview.month)} under the new rule. Statements that change: {f.number(changed)} of{" "}
          {f.number(statements)}
        </Trans>
      }
      flush
    >
      {statements === 0 ? (
        <Empty title={<Trans>Nothing was sold in this month</Trans>}>
          <Trans>Try the rule on another month.</Trans>
        </Empty>
      ) : (
        <section className={css.scroll} tabIndex={0} aria-label={t`Dry run`}>
          <table className={`${css.simple} tnum`}>
            <thead>
              <tr>
                <th scope="col">{t`All partners`}</th>
                <th scope="col" className={css.numeric}>{t`As it was`}</th>
                <th scope="col" className={css.numeric}>{t`Under the new rule`}</th>
                <th scope="col" className={css.numeric}>{t`Difference`}</th>
              </tr>
            </thead>
            {preview.totals.map((total) => (
              <tbody key={total.currency}>
                {lines.map(([name, label]) => (
                  <tr key={name}>
                    <th scope="row">{label}</th>
                    <td className={css.numeric}>{f.money(total.before[name])}</td>
                    <td className={css.numeric}>{f.money(total.after[name])}</td>
                    <td className={css.numeric}>
                      <Moved before={total.before[name]} after={total.after[name]} />
                    </td>
                  </tr>
                ))}
                {total.before.hold_until !== total.after.hold_until ? (
                  <tr>
                    <th scope="row">{t`The last hold ends`}</th>
                    <td className={css.numeric}>
                      {total.before.hold_until ? <Moment at={total.before.hold_until} day /> : "–"}
                    </td>
                    <td className={css.numeric}>
                      {total.after.hold_until ? <Moment at={total.after.hold_until} day /> : "–"}
                    </td>
                    <td />
                  </tr>
                ) : null}
              </tbody>
            ))}
          </table>
          {preview.rows.length > 0 ? (
            <table className={`${css.simple} tnum`} style={{ marginTop: 18 }}>
              <thead>
                <tr>
                  <th scope="col">{t`Partner`}</th>
                  <th scope="col" className={css.numeric}>{t`To be paid out as it was`}</th>
                  <th scope="col" className={css.numeric}>{t`To be paid out under the new rule`}</th>
                  <th scope="col" className={css.numeric}>{t`Difference`}</th>
                </tr>
              </thead>
              <tbody>
                {preview.rows.map((row) => (
                  <tr key={row.organisation_id + row.before.due.currency}>
                    <th scope="row">{row.name}</th>
                    <td className={css.numeric}>{f.money(row.before.due)}</td>
                    <td className={css.numeric}>{f.money(row.after.due)}</td>
                    <td className={css.numeric}>
                      <Moved before={row.before.due} after={row.after.due} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          ) : null}
        </section>
      )}
    </Panel>
  );
}

function Moved({ before, after }: { before: Schema["Money"]; after: Schema["Money"] }) {
  const f = useFormat();
  const moved = after.amount_minor - before.amount_minor;
  return (
    <span className={moved > 0 ? css.up : moved < 0 ? css.down : undefined}>
      {f.money({ ...after, amount_minor: moved }, { sign: true })}
    </span>
  );
}
