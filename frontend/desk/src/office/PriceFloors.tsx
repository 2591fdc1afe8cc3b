import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { Empty } from "../desk/Empty";
import { Loaded } from "../desk/Loaded";
import { Notice } from "../desk/Notice";
import { Facts, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";
import { Named } from "./Named";
import { NewFloor } from "./NewFloor";
import css from "./office.module.css";
import { Standing } from "./Requirements";
import { Announced } from "./WithdrawRule";

type Floor = Schema["PriceFloorView"];

/** Below what no discount goes, by resource: to come, in force and past. */
export function PriceFloors() {
  const { can } = useSession();
  const [adding, setAdding] = useState(false);
  const query = api.useQuery("get", "/api/office/benefits/price-floors");
  return (
    <Loaded query={query} height={320}>
      {({ items }) => (
        <>
          {adding ? (
            <NewFloor before={items.find((one) => one.is_in_force)} onDone={() => setAdding(false)} />
          ) : can("office:benefit:write") ? (
            <div className={css.formEnd} style={{ marginBottom: 14 }}>
              <Button onClick={() => setAdding(true)}>
                <Trans>Announce a floor</Trans>
              </Button>
            </div>
          ) : null}
          {items.length === 0 ? (
            <Panel>
              <Empty title={<Trans>No resource has a floor</Trans>}>
                <Trans>
                  Discounts go as far as the cap. Announce a floor to keep them above what a unit costs.
                </Trans>
              </Empty>
            </Panel>
          ) : (
            items.map((floor) => <One key={floor.id} floor={floor} />)
          )}
        </>
      )}
    </Loaded>
  );
}

function One({ floor }: { floor: Floor }) {
  const { t } = useLingui();
  const f = useFormat();
  const name = `${floor.pool}, ${floor.resource}`;
  return (
    <Panel
      title={name}
      aside={
        <Announced rule={floor} kind="price_floor" name={name}>
          <Standing from={floor.valid_from} inForce={floor.is_in_force} withdrawn={floor.withdrawn} />
        </Announced>
      }
    >
      {floor.withdrawn ? <p className={css.note}>{floor.withdrawn.reason}</p> : null}
      <FloorFigures figures={floor.figures} currency={floor.cost.currency} />
      <Facts
        items={[
          [t`Cost of a month`, f.money(floor.cost)],
          [t`Units that could be sold`, f.number(floor.units)],
          [t`Planned occupancy`, f.rate(floor.planned_bp)],
          [t`Observed occupancy`, floor.observed_bp === null ? "–" : f.rate(floor.observed_bp)],
          [
            t`The floor follows`,
            floor.basis === "planned" ? t`the planned occupancy` : t`the observed occupancy`,
          ],
          [t`Mark-up`, f.rate(floor.markup_bp)],
        ]}
      />
      {floor.note ? <p className={css.note}>{floor.note}</p> : null}
    </Panel>
  );
}

/** What a floor comes to: the prices of one unit, and months at three occupancies. */
export function FloorFigures({ figures, currency }: { figures: Schema["FloorFigures"]; currency: string }) {
  const { t } = useLingui();
  const f = useFormat();
  const unit = (price: string) => `${price.replace(".", f.locale === "fr" ? "," : ".")} ${currency}`;
  return (
    <>
      {figures.is_above_list ? (
        <Notice tone="bad" title={t`Revise the grid`}>
          <Trans>
            A unit costs more than its list price. Discounts are frozen at list; running contracts keep their
            prices.
          </Trans>
        </Notice>
      ) : null}
      <section className={css.scroll} tabIndex={0} aria-label={t`Months at three occupancies`}>
        <table className={`${css.simple} ${css.cards} tnum`}>
          <thead>
            <tr>
              <th scope="col">{t`Occupancy`}</th>
              <th scope="col" className={css.numeric}>{t`Cost of one unit`}</th>
              <th scope="col" className={css.numeric}>{t`Result of a month at list price`}</th>
            </tr>
          </thead>
          <tbody>
            {figures.months.map((month) => (
              <tr key={month.occupancy_bp}>
                <th scope="row">{f.rate(month.occupancy_bp)}</th>
                <Named label={t`Cost of one unit`} numeric>
                  {unit(month.unit_cost)}
                </Named>
                <Named label={t`Result of a month at list price`} numeric>
                  {f.money(month.result, { sign: true })}
                </Named>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className={css.note}>
        <Trans>
          Floor of one unit {unit(figures.floor_price)}, list price {unit(figures.list_price)}; at list price
          a month breaks even at {f.rate(figures.break_even_bp)}.
        </Trans>
      </p>
    </>
  );
}
