import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { Schema } from "../api/client";
import { Empty } from "../desk/Empty";
import { Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
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
          <table className={`${css.simple} tnum`}>
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
                  <td className={css.numeric}>{f.number(row.lines)}</td>
                  <td className={css.numeric}>{f.money(row.list_price)}</td>
                  <td className={css.numeric}>{f.money(row.before)}</td>
                  <td className={css.numeric}>{f.money(row.after)}</td>
                  <td className={css.numeric}>
                    <b>{difference(row.after, row.before)}</b>
                  </td>
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
                  <td className={css.numeric}>{f.money(total.before)}</td>
                  <td className={css.numeric}>{f.money(total.after)}</td>
                  <td className={css.numeric}>
                    <b>{difference(total.after, total.before)}</b>
                  </td>
                </tr>
              ))}
            </tfoot>
          </table>
        </section>
      )}
    </Panel>
  );
}
