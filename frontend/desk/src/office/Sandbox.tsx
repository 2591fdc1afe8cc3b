import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { isProblem } from "../api/problem";
import { Empty } from "../desk/Empty";
import { useAction } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { NumberInput } from "../desk/NumberField";
import { Facts, Page, Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { readAmount } from "../i18n/text";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";

const KEY = ["get", "/api/office/sandbox"];
type Target = Schema["FaultIn"]["target"];
type Kind = Schema["FaultIn"]["kind"];

export function Sandbox() {
  const { t } = useLingui();
  const query = api.useQuery("get", "/api/office/sandbox", {}, { retry: false });
  const off = isProblem(query.error) && query.error.code === "sandbox-off";
  return (
    <Page
      title={<Trans>Stripe sandbox</Trans>}
      about={<Trans>No real money. What takes days at a bank happens here when you turn the clock.</Trans>}
    >
      {off ? (
        <Panel>
          <Empty title={<Trans>The sandbox does not run here</Trans>}>
            <Trans>Money is at Stripe’s own test mode.</Trans>
          </Empty>
        </Panel>
      ) : (
        <Loaded query={query} height={320}>
          {(seen) => (
            <>
              <State seen={seen} />
              <div className={css.columns}>
                <Clock />
                <Funds />
              </div>
              <Faults seen={seen} label={t`Bad days`} />
            </>
          )}
        </Loaded>
      )}
    </Page>
  );
}

const take = async (data: Schema["SandboxView"] | undefined) => {
  await queryClient.invalidateQueries({ queryKey: KEY });
  for (const name of ["/api/office/payouts", "/api/office/overview", "/api/office/payout-counts"])
    void queryClient.invalidateQueries({ queryKey: ["get", name] });
  return data;
};

function State({ seen }: { seen: Schema["SandboxView"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const statuses: Record<string, string> = {
    due: t`waiting`,
    delivered: t`delivered`,
    failed: t`failed`,
    dropped: t`dropped`,
  };
  const owners = { platform: t`Our balance`, partners: t`Partners’ balances` };
  return (
    <Panel title={<Trans>As it stands</Trans>}>
      <Facts
        items={[
          [t`The sandbox’s clock`, <Moment key="c" at={seen.clock} happened />],
          ...seen.balances.map(
            (one) =>
              [
                owners[one.owner],
                t`${f.money(one.available)} available, ${f.money(one.pending)} pending`,
              ] as [string, string],
          ),
          [
            t`Events delivered`,
            Object.entries(seen.deliveries)
              .map(([status, number]) => t`${statuses[status] ?? status}: ${f.number(number)}`)
              .join(", ") || t`None`,
          ],
        ]}
      />
    </Panel>
  );
}

function Clock() {
  const { t } = useLingui();
  const [days, setDays] = useState<number | string>(3);
  const turn = useAction(async () => {
    const { data, error } = await http.POST("/api/office/sandbox/clock", { body: { days: Number(days) } });
    if (error) throw error;
    await take(data);
  });
  return (
    <Panel title={<Trans>Turn the clock</Trans>}>
      <ProblemAlert error={turn.error} />
      <div className={css.form}>
        <NumberInput
          label={t`Days forward`}
          description={t`Bank payouts arrive after two days, and are final after seven more.`}
          min={1}
          max={365}
          allowDecimal={false}
          value={days}
          onChange={setDays}
        />
        <div className={css.formEnd}>
          <Button loading={turn.pending} disabled={!days} onClick={() => turn.run()}>
            <Trans>Turn the clock forward</Trans>
          </Button>
        </div>
      </div>
    </Panel>
  );
}

function Funds() {
  const { t } = useLingui();
  const [amount, setAmount] = useState("");
  const [done, setDone] = useState(false);
  const minor = amount.trim() ? readAmount(amount, "EUR") : undefined;
  const fund = useAction(async () => {
    setDone(false);
    const { data, error } = await http.POST("/api/office/sandbox/funds", {
      body: minor ? { amount: { amount_minor: minor, currency: "EUR" } } : {},
    });
    if (error) throw error;
    await take(data);
    setDone(true);
  });
  const enough = isProblem(fund.error) && fund.error.code === "nothing-to-fund";
  return (
    <Panel title={<Trans>Top up our balance</Trans>}>
      {enough ? (
        <Notice title={t`No money is missing`}>
          <Trans>Payouts need no more than the balance has. Name an amount to add some all the same.</Trans>
        </Notice>
      ) : (
        <ProblemAlert error={fund.error} />
      )}
      {done ? <Notice tone="good" title={t`The balance was topped up`} /> : null}
      <div className={css.form}>
        <TextInput
          label={t`Amount in euros`}
          description={t`Empty: what payouts still need.`}
          inputMode="decimal"
          value={amount}
          error={minor === null ? t`Write an amount such as 1 500,00` : null}
          onChange={(event) => setAmount(event.currentTarget.value)}
        />
        <div className={css.formEnd}>
          <Button loading={fund.pending} disabled={minor === null} onClick={() => fund.run()}>
            <Trans>Top up</Trans>
          </Button>
        </div>
      </div>
    </Panel>
  );
}

function Faults({ seen, label }: { seen: Schema["SandboxView"]; label: string }) {
  const { t } = useLingui();
  const [target, setTarget] = useState<Target>("transfer");
  const [kind, setKind] = useState<Kind>("500_after");
  const targets: Record<Target, string> = {
    transfer: t`Transfers to partners`,
    payout: t`Bank payouts`,
    refund: t`Refunds`,
    checkout: t`Checkout pages`,
  };
  const kinds: Record<Kind, string> = {
    "429": t`Too many requests`,
    lock_timeout: t`The account is locked`,
    "409": t`The same request is being done`,
    "500_before": t`Stripe fails before doing it`,
    "500_after": t`Stripe does it, then fails`,
    lost: t`The answer is lost`,
    slow: t`The answer is slow`,
    refused: t`The connection is refused`,
  };
  const add = useAction(async () => {
    const { data, error } = await http.POST("/api/office/sandbox/faults", {
      body: { target, kind, times: 1 },
    });
    if (error) throw error;
    await take(data);
  });
  const clear = useAction(async () => {
    const { data, error } = await http.DELETE("/api/office/sandbox/faults");
    if (error) throw error;
    await take(data);
  });
  const paths: Record<string, Target> = {
    "/v1/transfers": "transfer",
    "/v1/payouts": "payout",
    "/v1/refunds": "refund",
    "/v1/checkout/sessions": "checkout",
  };
  return (
    <Panel title={label}>
      <p className={css.note}>
        <Trans>
          The next call of this kind goes wrong. No money is lost or sent twice: that is what is tried here.
        </Trans>
      </p>
      <ProblemAlert error={add.error ?? clear.error} />
      <div className={css.form}>
        <div className={css.formRow}>
          <NativeSelect
            label={t`What`}
            value={target}
            onChange={(event) => setTarget(event.currentTarget.value as Target)}
            data={Object.entries(targets).map(([value, text]) => ({ value, label: text }))}
          />
          <NativeSelect
            label={t`How it goes wrong`}
            value={kind}
            onChange={(event) => setKind(event.currentTarget.value as Kind)}
            data={Object.entries(kinds).map(([value, text]) => ({ value, label: text }))}
          />
        </div>
        <div className={css.formEnd}>
          <Button loading={add.pending} onClick={() => add.run()}>
            <Trans>Let the next one fail</Trans>
          </Button>
          {seen.faults.length > 0 ? (
            <Button variant="default" loading={clear.pending} onClick={() => clear.run()}>
              <Trans>Forget all faults</Trans>
            </Button>
          ) : null}
        </div>
      </div>
      {seen.faults.length > 0 ? (
        <ul className={css.steps} aria-label={t`Faults to come`}>
          {seen.faults.map((fault) => (
            <li key={fault.id} data-state="now">
              {t`${targets[paths[fault.path] ?? "transfer"]}: ${kinds[fault.kind as Kind] ?? fault.kind}`} ×{" "}
              {fault.times}
            </li>
          ))}
        </ul>
      ) : null}
    </Panel>
  );
}
