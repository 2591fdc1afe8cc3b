import { Trans, useLingui } from "@lingui/react/macro";
import { api, type Schema } from "../api/client";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { useFormat } from "../i18n/format";
import css from "./Network.module.css";

type Prices = Schema["ResellerPrices"];

/** Discounts of everybody below, and one's own for what each uses. */
export function NetworkPrices({ names }: { names: Map<string, string> }) {
  const { t } = useLingui();
  const f = useFormat();
  const query = api.useQuery("get", "/api/portal/network/prices");
  const levels: Record<string, string> = {
    registered: t`Registered`,
    certified: t`Certified`,
    premium: t`Premium`,
  };
  const both = (row: Prices, environment: string) => {
    const theirs = f.rate(row.reseller_bp[environment] ?? 0);
    const ours = f.rate(row.own_bp[environment] ?? 0);
    return (
      <>
        {theirs} → <b>{ours}</b>
        <span className="sr">{t`its price ${theirs} off, yours ${ours} off`}</span>
      </>
    );
  };
  return (
    <>
      <h2 className={css.title}>{t`Discounts off the list price: the reseller’s own, then yours`}</h2>
      <DataTable
        caption={t`Discounts off the list price: the reseller’s own, then yours`}
        query={query}
        rowKey={(row) => row.reseller_id}
        pageSize={3}
        empty={
          <Empty title={<Trans>No prices yet</Trans>}>
            <Trans>They follow from the level of each reseller.</Trans>
          </Empty>
        }
        columns={[
          { key: "name", label: t`Reseller`, cell: (row) => <b>{names.get(row.reseller_id) ?? ""}</b> },
          {
            key: "level",
            label: t`Level`,
            cell: (row) => (row.level ? (levels[row.level] ?? row.level) : t`None`),
          },
          { key: "start", label: t`Start`, numeric: true, cell: (row) => both(row, "start") },
          { key: "enterprise", label: t`Enterprise`, numeric: true, cell: (row) => both(row, "enterprise") },
          { key: "critical", label: t`Critical`, numeric: true, cell: (row) => both(row, "critical") },
        ]}
      />
    </>
  );
}

/** What one bought for each reseller, and earned through it. */
export function NetworkEarnings() {
  const { t } = useLingui();
  const f = useFormat();
  const query = api.useQuery("get", "/api/portal/network/earnings");
  const money = (amount: Schema["ResellerEarnings"]["margin"]) =>
    amount.amount_minor ? f.money(amount) : "–";
  return (
    <>
      <h2 className={css.title}>{t`What came of each reseller, before VAT`}</h2>
      <DataTable
        caption={t`What came of each reseller, before VAT`}
        query={query}
        rowKey={(row) => `${row.reseller_id} ${row.margin.currency}`}
        pageSize={3}
        empty={
          <Empty title={<Trans>Nothing was used below you yet</Trans>}>
            <Trans>Your margins appear as your resellers use infrastructure.</Trans>
          </Empty>
        }
        columns={[
          { key: "name", label: t`Reseller`, cell: (row) => <b>{row.name}</b> },
          { key: "lines", label: t`Charges`, numeric: true, faint: true, cell: (row) => f.number(row.lines) },
          { key: "bought", label: t`You are invoiced`, numeric: true, cell: (row) => money(row.bought) },
          {
            key: "better",
            label: t`Cheaper than its price by`,
            numeric: true,
            cell: (row) => money(row.better_by),
          },
          {
            key: "margin",
            label: t`Margin we pay you`,
            numeric: true,
            cell: (row) => <b>{money(row.margin)}</b>,
          },
        ]}
      />
    </>
  );
}
