import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { api } from "../api/client";
import { Empty } from "../desk/Empty";
import { Loaded } from "../desk/Loaded";
import { Page, Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import css from "./office.module.css";

export function Months() {
  const { t } = useLingui();
  const f = useFormat();
  const query = api.useQuery("get", "/api/office/months");
  return (
    <Page
      title={<Trans>Months</Trans>}
      about={
        <Trans>A month closes once, the oldest first. Its statements are drawn then and never change.</Trans>
      }
    >
      <Loaded query={query} height={320}>
        {({ items }) =>
          items.length === 0 ? (
            <Panel>
              <Empty title={<Trans>No month has sales yet</Trans>}>
                <Trans>Sales appear here once a listing is bought or sales are imported.</Trans>
              </Empty>
            </Panel>
          ) : (
            <Panel flush>
              <section className={css.scroll} tabIndex={0} aria-label={t`Months`}>
                <table className={`${css.simple} tnum`}>
                  <thead>
                    <tr>
                      <th scope="col">{t`Month`}</th>
                      <th scope="col">{t`State`}</th>
                      <th scope="col" className={css.numeric}>{t`Lines`}</th>
                      <th scope="col" className={css.numeric}>{t`Sold, before VAT`}</th>
                      <th scope="col" className={css.numeric}>{t`We keep`}</th>
                      <th scope="col" className={css.numeric}>{t`To be paid out`}</th>
                      <th scope="col" className={css.numeric}>{t`Carried`}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {items.map((row) => (
                      <tr key={row.month}>
                        <th scope="row">
                          <Link className={css.link} to="/office/months/$month" params={{ month: row.month }}>
                            {f.month(row.month)}
                          </Link>
                        </th>
                        <td>
                          {row.is_closed ? (
                            <Pill tone="good">{t`Closed`}</Pill>
                          ) : row.is_over ? (
                            <Pill tone="warn">{t`To be closed`}</Pill>
                          ) : (
                            <Pill>{t`Under way`}</Pill>
                          )}
                        </td>
                        <td className={css.numeric}>{f.number(row.line_count)}</td>
                        {(["net_sold", "operator", "due", "carried"] as const).map((name) => (
                          <td key={name} className={css.numeric}>
                            {!row.is_closed && (name === "due" || name === "carried")
                              ? "–"
                              : row.totals.map((total) => (
                                  <div key={total[name].currency}>{f.money(total[name])}</div>
                                ))}
                          </td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </section>
            </Panel>
          )
        }
      </Loaded>
    </Page>
  );
}
