import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Figure, Figures, Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import css from "./office.module.css";

/** What was used of the infrastructure, beside the sales: whose revenue it is, and what goes on. */
export function Used({
  used,
  month,
  through = month,
}: {
  used: Schema["InfrastructureUse"];
  month: string;
  through?: string;
}) {
  const { t } = useLingui();
  const f = useFormat();
  if (used.lines === 0) return null;
  return (
    <Panel
      title={
        month === through
          ? t`Infrastructure in ${f.month(month)}`
          : t`Infrastructure, ${f.month(month)} to ${f.month(through)}`
      }
      aside={
        <Link
          className={css.link}
          to="/office/charges"
          search={{ month, ...(through === month ? {} : { through }) }}
        >
          <Plural value={used.lines} one="See # charge" other="See # charges" />
        </Link>
      }
    >
      <Figures>
        <Figure
          label={t`At list price`}
          value={<Amount value={used.list} />}
          note={<Trans>Discounts: {f.money(used.discount)}</Trans>}
        />
        <Figure
          label={t`Paid by credits`}
          value={<Amount value={used.credit} taken />}
          note={t`We bear it`}
        />
        <Figure
          label={t`Owed to us`}
          value={<Amount value={used.payable} />}
          note={t`VAT excluded, no part of the sales above`}
        />
        <Figure
          label={t`Margins of wholesalers`}
          value={<Amount value={used.margins} taken />}
          note={t`Paid on with their statements`}
        />
      </Figures>
    </Panel>
  );
}
