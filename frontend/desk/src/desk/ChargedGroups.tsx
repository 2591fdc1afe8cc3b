import { Trans, useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import { useFormat } from "../i18n/format";
import { Panel } from "./Page";
import css from "./SetOff.module.css";

/** What a contract's customer used, by the group that it asked for: together the statement's infrastructure. */
export function ChargedGroups({ detail }: { detail: Schema["StatementDetail"] }) {
  const { t } = useLingui();
  const f = useFormat();
  if (detail.groups.length === 0) return null;
  const lines = detail.groups.reduce((sum, one) => sum + one.lines, 0);
  return (
    <Panel title={<Trans>Infrastructure by group</Trans>}>
      <table className={`${css.table} tnum`}>
        <thead>
          <tr>
            <th scope="col">{t`Group`}</th>
            <th scope="col" className={css.vat}>{t`Lines`}</th>
            <th scope="col">{t`VAT excluded`}</th>
          </tr>
        </thead>
        <tbody>
          {detail.groups.map((one) => (
            <tr key={`${one.contract_number} ${one.name} ${one.po_number}`}>
              <th scope="row">
                {one.name || t`No group`}
                <small>
                  {one.contract_number ? t`Contract ${one.contract_number}` : t`No contract`}
                  {one.po_number ? ` · ${t`order ${one.po_number}`}` : null}
                </small>
              </th>
              <td className={css.vat}>{f.number(one.lines)}</td>
              <td>{f.money(one.payable)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{t`Together`}</th>
            <td className={css.vat}>{f.number(lines)}</td>
            <td>{f.money(detail.statement.charges)}</td>
          </tr>
        </tbody>
      </table>
    </Panel>
  );
}
