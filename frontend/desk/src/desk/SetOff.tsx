import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Schema } from "../api/client";
import { useFormat } from "../i18n/format";
import type { Money } from "../i18n/text";
import css from "./SetOff.module.css";
import { documentsOf } from "./statement";

/** Several documents, one payment: each stands gross, only what is paid is the difference (money rule d). */
export function SetOff({
  detail,
  theirs,
  ours,
  paid,
}: {
  detail: Schema["StatementDetail"];
  theirs: ReactNode;
  ours: ReactNode;
  paid: ReactNode;
}) {
  const { t } = useLingui();
  const f = useFormat();
  const documents = documentsOf(detail);
  const { opening, closing, due, receipts } = detail.statement;
  const minus = (amount: Money) => ({ ...amount, amount_minor: -amount.amount_minor });
  const row = (label: ReactNode, gross: Money, net?: Money, vat?: Money) => (
    <tr>
      <th scope="row">{label}</th>
      <td className={css.vat}>{net ? f.money(net) : null}</td>
      <td className={css.vat}>{vat ? f.money(vat) : null}</td>
      <td>{f.money(gross)}</td>
    </tr>
  );
  return (
    <table className={`${css.table} tnum`}>
      <thead>
        <tr>
          <th scope="col">{t`Document`}</th>
          <th scope="col" className={css.vat}>{t`VAT excluded`}</th>
          <th scope="col" className={css.vat}>{t`VAT`}</th>
          <th scope="col">{t`VAT included`}</th>
        </tr>
      </thead>
      <tbody>
        {row(theirs, documents.theirs.gross, documents.theirs.net, documents.theirs.vat)}
        {detail.statement.charge_count > 0
          ? row(ours, minus(documents.ours.gross), minus(documents.ours.net), minus(documents.ours.vat))
          : null}
        {documents.back.net.amount_minor
          ? row(t`Credit note on turnover`, documents.back.gross, documents.back.net, documents.back.vat)
          : null}
        {opening.amount_minor ? row(t`Carried from before`, opening) : null}
        {receipts.amount_minor ? row(t`Received from the partner`, receipts) : null}
        {closing.amount_minor ? row(t`Carried to the next statement`, minus(closing)) : null}
        {row(paid, due)}
      </tbody>
    </table>
  );
}
