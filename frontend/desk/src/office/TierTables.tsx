import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useState } from "react";
import type { Schema } from "../api/client";
import { Empty } from "../desk/Empty";
import { Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";
import { NewTiers } from "./NewTiers";
import css from "./office.module.css";
import { Standing } from "./Requirements";
import { TierChart } from "./TierChart";
import { Announced } from "./WithdrawRule";

/** Rebates on a quarter's turnover: to come, in force and past. */
export function TierTables({ tables }: { tables: Schema["TableView"][] }) {
  const { can } = useSession();
  const [adding, setAdding] = useState(false);
  const inForce = tables.find((table) => table.is_in_force);
  return (
    <>
      {adding ? (
        <NewTiers before={inForce} onDone={() => setAdding(false)} />
      ) : can("office:benefit:write") ? (
        <div className={css.formEnd} style={{ marginBottom: 14 }}>
          <Button onClick={() => setAdding(true)}>
            <Trans>Announce other tiers</Trans>
          </Button>
        </div>
      ) : null}
      {tables.length === 0 ? (
        <Panel>
          <Empty title={<Trans>Turnover gives no rebate</Trans>}>
            <Trans>Announce tiers to give one from a day to come.</Trans>
          </Empty>
        </Panel>
      ) : (
        tables.map((table) => <Table key={table.id} table={table} />)
      )}
    </>
  );
}

function Table({ table }: { table: Schema["TableView"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const name = table.name === "Quarterly turnover" ? t`Turnover of a quarter` : table.name;
  const steps = table.tiers.map((tier) => ({ from: tier.from_turnover.amount_minor, rate_bp: tier.rate_bp }));
  return (
    <Panel
      title={name}
      aside={
        <Announced rule={table} kind="tier_table" name={name}>
          <Standing from={table.valid_from} inForce={table.is_in_force} withdrawn={table.withdrawn} />
        </Announced>
      }
    >
      {table.withdrawn ? <p className={css.note}>{table.withdrawn.reason}</p> : null}
      <p className={css.note}>
        {table.mode === "incremental" ? (
          <Trans>Incremental: each part of the turnover has the rate of its own tier.</Trans>
        ) : (
          <Trans>Retroactive: all of the turnover has the rate of the highest tier reached.</Trans>
        )}
      </p>
      <div className={css.columns}>
        <TierChart name={name} steps={steps} mode={table.mode} currency={table.currency} />
        <section className={css.scroll} tabIndex={0} aria-label={name}>
          <table className={`${css.simple} tnum`}>
            <thead>
              <tr>
                <th scope="col" className={css.numeric}>{t`From a turnover of`}</th>
                <th scope="col" className={css.numeric}>{t`Rebate`}</th>
                <th scope="col" className={css.numeric}>{t`Jump`}</th>
              </tr>
            </thead>
            <tbody>
              {table.tiers.map((tier) => (
                <tr key={tier.from_turnover.amount_minor}>
                  <td className={css.numeric}>{f.money(tier.from_turnover)}</td>
                  <td className={css.numeric}>{f.rate(tier.rate_bp)}</td>
                  <td className={css.numeric}>{tier.jump ? f.money(tier.jump, { sign: true }) : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </div>
    </Panel>
  );
}
