import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { useAction } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Facts, Page, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { type Step, Timeline } from "../desk/Timeline";
import { useFormat } from "../i18n/format";
import { Request } from "./Approvals";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";
import { PayoutPill, useWords } from "./words";

const route = getRouteApi("/office/payouts/$payoutId");
const ENDED = ["final", "failed", "canceled"];

export function Payout() {
  const { t } = useLingui();
  const { payoutId } = route.useParams();
  const f = useFormat();
  const query = api.useQuery(
    "get",
    "/api/office/payouts/{payout_id}",
    { params: { path: { payout_id: payoutId } } },
    { refetchInterval: ({ state }) => (ENDED.includes(state.data?.payout.state ?? "") ? false : 5_000) },
  );
  const asked = api.useQuery("get", "/api/office/payout-approvals", {
    params: { query: { payout_id: payoutId, limit: 50 } },
  });
  const payout = query.data?.payout;
  const requests = asked.data?.items ?? [];
  const pending = requests.filter(({ state }) => state === "asked");
  return (
    <Page
      title={payout ? t`${f.money(payout.amount)} to ${payout.organisation_name}` : <Trans>Payout</Trans>}
      about={payout ? <PayoutPill state={payout.state} /> : null}
    >
      <p className={css.crumb}>
        <Link to="/office/payouts">
          <Trans>All payouts</Trans>
        </Link>
      </p>
      <Loaded query={query} height={420}>
        {(history) => (
          <>
            <Standing payout={history.payout} />
            {pending.map((request) => (
              <Request key={request.id} request={request} />
            ))}
            {asked.data && pending.length === 0 ? <Ask payout={history.payout} /> : null}
            <div className={css.columns}>
              <Panel title={<Trans>From sale to bank</Trans>}>
                <Steps history={history} />
              </Panel>
              <About history={history} />
            </div>
            <Attempts history={history} />
            <Decided requests={requests.filter(({ state }) => state !== "asked")} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Standing({ payout }: { payout: Schema["OfficePayoutView"] }) {
  const words = useWords();
  const { t } = useLingui();
  if (payout.state === "failed")
    return (
      <Notice tone="bad" title={payout.failure_code ? words.failure(payout.failure_code) : t`Refused`}>
        <Trans>
          The money is on the partner’s account at Stripe. Once the partner has corrected its bank account,
          ask for another try: only a new bank payout is made.
        </Trans>
      </Notice>
    );
  if (payout.held_reason)
    return (
      <Notice tone="warn" title={t`This payout waits`}>
        {words.reason(payout.held_reason)}{" "}
        {payout.held_reason === "hold" && payout.hold_until ? (
          <Trans>
            Until <Moment at={payout.hold_until} day />.
          </Trans>
        ) : null}
      </Notice>
    );
  return null;
}

/** Four eyes: asked here, approved by somebody else. */
function Ask({ payout }: { payout: Schema["OfficePayoutView"] }) {
  const { t } = useLingui();
  const { can } = useSession();
  const [note, setNote] = useState("");
  const verb =
    payout.state === "failed" || payout.state === "canceled"
      ? "retry"
      : payout.state === "held" || payout.state === "planned"
        ? "cancel"
        : null;
  const ask = useAction(async () => {
    if (!verb) return;
    const { error } = await http.POST(`/api/office/payouts/{payout_id}/${verb}`, {
      params: { path: { payout_id: payout.id } },
      body: { note },
    });
    if (error) throw error;
    await Promise.all(
      ["/api/office/payout-approvals", "/api/office/overview"].map((path) =>
        queryClient.invalidateQueries({ queryKey: ["get", path] }),
      ),
    );
  });
  if (!verb || !can("office:payout:send")) return null;
  return (
    <Panel title={verb === "retry" ? <Trans>Send it again</Trans> : <Trans>Do not send it</Trans>}>
      <p className={css.note}>
        <Trans>A second person of finance has to approve what you ask for.</Trans>
      </p>
      <ProblemAlert error={ask.error} />
      <div className={css.form}>
        <Textarea
          label={t`Why (optional)`}
          description={t`For whoever approves it, and for the audit log.`}
          autosize
          minRows={1}
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value.replaceAll("\n", " "))}
        />
        <div className={css.formEnd}>
          <Button
            variant={verb === "retry" ? "filled" : "default"}
            loading={ask.pending}
            onClick={() => ask.run()}
          >
            {verb === "retry" ? <Trans>Ask to send it again</Trans> : <Trans>Ask not to send it</Trans>}
          </Button>
        </div>
      </div>
    </Panel>
  );
}

function Steps({ history }: { history: Schema["OfficePayoutHistory"] }) {
  const words = useWords();
  const steps: Step[] = history.steps.map((step, index) => {
    const last = index === history.steps.length - 1;
    const bad = step.state === "failed" || step.state === "canceled";
    const over = step.state === "final" || step.state === "paid";
    return {
      key: String(index),
      label: words.payout(step.state),
      at: step.at,
      state: bad ? "bad" : last && !over ? "now" : "done",
      note: !step.reason
        ? undefined
        : step.state === "failed"
          ? words.failure(step.reason)
          : last // What held it holds it no more.
            ? words.reason(step.reason)
            : undefined,
    };
  });
  return <Timeline steps={steps} />;
}

function About({ history: { payout } }: { history: Schema["OfficePayoutHistory"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const items: [string, ReactNode][] = [
    [
      t`Partner`,
      <Link
        key="p"
        className={css.link}
        to="/office/partners/$organisationId"
        params={{ organisationId: payout.organisation_id }}
      >
        {payout.organisation_name}
      </Link>,
    ],
    [
      t`Statement`,
      <Link
        key="s"
        className={css.link}
        to="/office/statements/$statementId"
        params={{ statementId: payout.statement_id }}
      >
        {payout.statement_number}
      </Link>,
    ],
    [t`Month`, f.month(payout.month)],
    [t`Amount`, <Amount key="a" value={payout.amount} strong />],
    ...(payout.hold_until
      ? [[t`Held until`, <Moment key="h" at={payout.hold_until} day />] as [string, ReactNode]]
      : []),
    [
      t`Transfer at Stripe`,
      <span key="t" className={css.code}>
        {payout.transfer_id ?? t`None yet`}
      </span>,
    ],
    [
      t`Bank payout at Stripe`,
      <span key="b" className={css.code}>
        {payout.stripe_payout_id ?? t`None yet`}
      </span>,
    ],
  ];
  return (
    <Panel title={<Trans>About it</Trans>}>
      <Facts items={items} />
    </Panel>
  );
}

function Attempts({ history }: { history: Schema["OfficePayoutHistory"] }) {
  const { t } = useLingui();
  const words = useWords();
  if (history.attempts.length === 0) return null;
  return (
    <Panel title={<Trans>Bank payouts that were tried</Trans>} flush>
      <div className={css.scroll}>
        <table className={`${css.simple} tnum`}>
          <thead>
            <tr>
              <th scope="col">{t`No.`}</th>
              <th scope="col">{t`State`}</th>
              <th scope="col">{t`The bank said`}</th>
              <th scope="col">{t`Made`}</th>
              <th scope="col">{t`Changed`}</th>
            </tr>
          </thead>
          <tbody>
            {history.attempts.map((one) => (
              <tr key={one.number}>
                <th scope="row">{one.number}</th>
                <td>
                  <PayoutPill state={one.state === "pending" ? "payout_pending" : one.state} />
                </td>
                <td>{one.failure_code ? words.failure(one.failure_code) : ""}</td>
                <td>
                  <Moment at={one.created_at} happened />
                </td>
                <td>
                  <Moment at={one.changed_at} happened />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Decided({ requests }: { requests: Schema["ApprovalView"][] }) {
  const { t } = useLingui();
  if (requests.length === 0) return null;
  const states: Record<string, string> = {
    approved: t`Approved`,
    refused: t`Refused`,
    withdrawn: t`Taken back`,
  };
  return (
    <Panel title={<Trans>Who asked and who decided</Trans>} flush>
      <div className={css.scroll}>
        <table className={css.simple}>
          <thead>
            <tr>
              <th scope="col">{t`Request`}</th>
              <th scope="col">{t`Asked by`}</th>
              <th scope="col">{t`Decision`}</th>
              <th scope="col">{t`Decided by`}</th>
              <th scope="col">{t`Remarks`}</th>
            </tr>
          </thead>
          <tbody>
            {requests.map((one) => (
              <tr key={one.id}>
                <th scope="row">{one.verb === "retry" ? t`Send it again` : t`Do not send it`}</th>
                <td>
                  {one.asked_for_name ? t`${one.asked_by_name} (${one.asked_for_name})` : one.asked_by_name},{" "}
                  <Moment at={one.asked_at} day />
                </td>
                <td>{states[one.state] ?? one.state}</td>
                <td>{one.decided_by_name}</td>
                <td className={css.wrapCell}>{[one.note, one.decided_note].filter(Boolean).join(" · ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
