import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Facts, Panel } from "../desk/Page";
import { Dialog } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import css from "./Network.module.css";
import { SetPrice } from "./SetPrice";

type Prices = Schema["ResellerPrices"];

/** Discounts of everybody below, and one's own for what each uses. */
export function NetworkPrices({ names, maySet }: { names: Map<string, string>; maySet: boolean }) {
  const [setting, setSetting] = useState<Prices>();
  const { t } = useLingui();
  const f = useFormat();
  const query = api.useQuery("get", "/api/portal/network/prices");
  const levels: Record<string, string> = {
    registered: t`Registered`,
    certified: t`Certified`,
    premium: t`Premium`,
  };
  const both = (row: Prices, environment: string) => {
    const rate = row.reseller_bp[environment];
    const ours = f.rate(row.own_bp[environment] ?? 0);
    if (rate === undefined)
      return (
        <>
          <span aria-hidden>… → </span>
          <b>{ours}</b>
          <span className="sr">{t`yours; its wholesaler sets its price`}</span>
        </>
      );
    const theirs = f.rate(rate);
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
          {
            key: "set",
            label: t`Price you set`,
            cell: (row) => <SetSince row={row} />,
          },
          ...(maySet
            ? [
                {
                  key: "change",
                  label: <span className="sr">{t`Change`}</span>,
                  cell: (row: Prices) =>
                    row.may_set ? (
                      <Button size="compact-sm" variant="default" onClick={() => setSetting(row)}>
                        <Trans>Set a price</Trans>
                        <span className="sr"> {names.get(row.reseller_id) ?? ""}</span>
                      </Button>
                    ) : null,
                },
              ]
            : []),
        ]}
      />
      <Dialog
        opened={setting !== undefined}
        onClose={() => setSetting(undefined)}
        title={t`Price of ${names.get(setting?.reseller_id ?? "") ?? ""}`}
      >
        {setting ? <SetPrice row={setting} onDone={() => setSetting(undefined)} /> : null}
      </Dialog>
    </>
  );
}

function SetSince({ row }: { row: Prices }) {
  const { t } = useLingui();
  const f = useFormat();
  if (!row.may_set) return <>–</>;
  const coming = row.prices.filter(
    (one) => one.starts_on !== row.current?.starts_on && one.starts_on > today(),
  );
  return (
    <>
      {row.current ? t`Since ${f.date(row.current.starts_on)}` : t`None: by its level`}
      {coming.map((one) => (
        <Announced key={one.starts_on} price={one} />
      ))}
    </>
  );
}

/** A price that is to begin: what it gives, from when on. */
export function Announced({ price }: { price: Schema["SetPrice"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const { start, enterprise, critical } = price.rates;
  const rate = (value: number | null) => (value === null ? t`by level` : f.rate(value));
  return (
    <div>{t`From ${f.date(price.starts_on)}: ${rate(start)}, ${rate(enterprise)}, ${rate(critical)}`}</div>
  );
}

const today = () => new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" }).format(new Date());

/** What one's wholesaler gives: off the list price, by environment, and since when. */
export function OwnPrice() {
  const { t } = useLingui();
  const f = useFormat();
  const { data } = api.useQuery("get", "/api/portal/network/price");
  const price = data?.price;
  if (!price) return null;
  const rate = (environment: string) => f.rate(price.rates_bp[environment] ?? 0);
  return (
    <Panel title={<Trans>Your discounts off the list price</Trans>}>
      <Facts
        items={[
          [t`Start`, rate("start")],
          [t`Enterprise`, rate("enterprise")],
          [t`Critical`, rate("critical")],
          [
            t`Given by`,
            price.current ? t`Your wholesaler, since ${f.date(price.current.starts_on)}` : t`Your level`,
          ],
          ...(price.coming.length > 0
            ? [
                [
                  t`Announced`,
                  <span key="c">
                    {price.coming.map((one) => (
                      <Announced key={one.starts_on} price={one} />
                    ))}
                  </span>,
                ] as [string, React.ReactNode],
              ]
            : []),
        ]}
      />
    </Panel>
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
