import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { Schema } from "../api/client";
import { Empty } from "../desk/Empty";
import { Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { Named } from "./Named";
import css from "./office.module.css";

const less = (after: Schema["Money"], before: Schema["Money"]) => ({
  amount_minor: after.amount_minor - before.amount_minor,
  currency: after.currency,
});

/** What a month's charges would have been under another matrix, partner by partner. */
export function MatrixTrial({ trial }: { trial: Schema["MatrixTrial"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const month = f.month(trial.month);
  const difference = (after: Schema["Money"], before: Schema["Money"]) =>
    f.money(less(after, before), { sign: true });
  return (
    <Panel title={<Trans>What it would have changed in {month}</Trans>} flush>
      {trial.totals.length === 0 ? (
        <Empty title={<Trans>Nothing was charged in that month</Trans>}>
          <Trans>Choose another one.</Trans>
        </Empty>
      ) : (
        <section className={css.scroll} tabIndex={0} aria-label={t`Differences by partner`}>
          <table className={`${css.simple} ${css.cards} tnum`}>
            <thead>
              <tr>
                <th scope="col">{t`Partner`}</th>
                <th scope="col" className={css.numeric}>{t`Charges`}</th>
                <th scope="col" className={css.numeric}>{t`At list price`}</th>
                <th scope="col" className={css.numeric}>{t`As it was`}</th>
                <th scope="col" className={css.numeric}>{t`As it would be`}</th>
                <th scope="col" className={css.numeric}>{t`Difference`}</th>
              </tr>
            </thead>
            <tbody>
              {trial.rows.map((row) => (
                <tr key={`${row.organisation_id} ${row.before.currency}`}>
                  <th scope="row">
                    <Link
                      className={css.link}
                      to="/office/partners/$organisationId"
                      params={{ organisationId: row.organisation_id }}
                    >
                      {row.name}
                    </Link>
                  </th>
                  <Named label={t`Charges`} numeric>
                    {f.number(row.lines)}
                  </Named>
                  <Named label={t`At list price`} numeric>
                    {f.money(row.list_price)}
                  </Named>
                  <Named label={t`As it was`} numeric>
                    {f.money(row.before)}
                  </Named>
                  <Named label={t`As it would be`} numeric>
                    {f.money(row.after)}
                  </Named>
                  <Named label={t`Difference`} numeric>
                    <b>{difference(row.after, row.before)}</b>
                  </Named>
                </tr>
              ))}
            </tbody>
            <tfoot>
              {trial.totals.map((total) => (
                <tr key={total.currency}>
                  <th scope="row">
                    <Trans>
                      {f.number(total.changed)} of {f.number(total.organisations)} would differ
                    </Trans>
                  </th>
                  <td />
                  <td />
                  <Named label={t`As it was`} numeric>
                    {f.money(total.before)}
                  </Named>
                  <Named label={t`As it would be`} numeric>
                    {f.money(total.after)}
                  </Named>
                  <Named label={t`Difference`} numeric>
                    <b>{difference(total.after, total.before)}</b>
                  </Named>
                </tr>
              ))}
            </tfoot>
          </table>
        </section>
      )}
    </Panel>
  );
}
