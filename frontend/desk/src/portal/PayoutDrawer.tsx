import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, type Schema } from "../api/client";
import { Loaded } from "../desk/Loaded";
import { Notice } from "../desk/Notice";
import { useSession } from "../desk/session";
import { type Step, Timeline } from "../desk/Timeline";
import { Waterfall } from "../desk/Waterfall";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { IconFileText } from "../ui/icons";
import { AskAgain } from "./AskAgain";
import { useFalls } from "./falls";
import { LinkButton } from "./Home";
import css from "./PayoutDrawer.module.css";
import { StatePill, useWords } from "./words";

type History = Schema["PayoutHistory"];

export function PayoutDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  return (
    <Side opened={id !== undefined} onClose={onClose} size={540} title={<Trans>Payout</Trans>}>
      {id ? <Inside id={id} /> : null}
    </Side>
  );
}

function Inside({ id }: { id: string }) {
  const history = api.useQuery("get", "/api/portal/payouts/{payout_id}", {
    params: { path: { payout_id: id } },
  });
  return (
    <Loaded query={history} height={420}>
      {(data) => <Detail history={data} />}
    </Loaded>
  );
}

function Detail({ history }: { history: History }) {
  const { payout } = history;
  const f = useFormat();
  const steps = useSteps(history);
  return (
    <div className={css.detail}>
      <div>
        <StatePill state={payout.state} />
        <p className={`${css.amount} tnum`}>{f.money(payout.amount)}</p>
        <span className={css.faint}>
          <Trans>
            Sales {f.ofMonth(payout.month)}, statement {payout.statement_number}
          </Trans>
        </span>
      </div>
      <Trouble history={history} />
      {payout.state === "failed" || payout.state === "canceled" ? <AskAgain payout={payout} /> : null}
      <section>
        <h3>
          <Trans>Follow the money</Trans>
        </h3>
        <Timeline steps={steps} />
      </section>
      <section>
        <h3>
          <Trans>Why this amount?</Trans>
        </h3>
        <Why statementId={payout.statement_id} />
      </section>
      <Button
        variant="default"
        size="sm"
        leftSection={<IconFileText size={16} />}
        renderRoot={(props) => (
          <Link to="/portal/statements/$statement" params={{ statement: payout.statement_id }} {...props} />
        )}
      >
        <Trans>Open the statement</Trans>
      </Button>
    </div>
  );
}

function Trouble({ history: { payout } }: { history: History }) {
  const words = useWords();
  const { can } = useSession();
  if (payout.state === "failed") {
    return (
      <Notice
        tone="bad"
        title={payout.failure_code ? words.failure(payout.failure_code) : payout.failure_message}
      >
        <Trans>
          The money came back and is safe. Put the bank account right, then ask for it to be sent again.
          {payout.failure_code ? ` (${payout.failure_code})` : null}
        </Trans>
        {can("portal:account:write") ? (
          <span className={css.action}>
            <LinkButton to="/portal/bank" danger>
              <Trans>Check the bank account</Trans>
            </LinkButton>
          </span>
        ) : null}
      </Notice>
    );
  }
  if (payout.state === "held" && payout.held_reason) {
    return (
      <Notice
        tone={payout.held_reason === "hold" ? "accent" : "warn"}
        title={words.held(payout.held_reason)}
      />
    );
  }
  return null;
}

/** From the statement to the bank: what happened, then what is still to come. */
function useSteps({ payout, steps, attempts }: History): Step[] {
  const words = useWords();
  const { t } = useLingui();
  const labels: Record<Schema["StepView"]["state"], ReactNode> = {
    held: t`Statement drawn up, payout waits`,
    planned: t`Ready to be sent`,
    transferred: t`Sent to your account at Stripe`,
    payout_pending: t`Handed to the bank`,
    in_transit: t`On its way to your bank`,
    paid: t`Received by your bank`,
    final: t`Final: the bank can refuse it no more`,
    failed: t`Refused by the bank`,
    canceled: t`Canceled before it was sent`,
  };
  const done: Step[] = steps.map((step, index) => ({
    key: `${index}`,
    label: labels[step.state],
    note: noteOf(step, words, index === steps.length - 1),
    at: step.at,
    state: step.state === "failed" || step.state === "canceled" ? "bad" : "done",
  }));
  if (payout.state === "paid" || payout.state === "final" || payout.state === "canceled") return done;
  const order = ["planned", "transferred", "payout_pending", "paid"] as const;
  const at =
    { held: 0, planned: 1, transferred: 2, payout_pending: 3, in_transit: 3, failed: 2 }[payout.state] ?? 0;
  const later: Step[] = order.slice(at).map((state) => ({
    key: `later-${state}`,
    label:
      state === "payout_pending" && payout.state === "failed"
        ? t`Sent again, once the account is right`
        : labels[state],
    state: "later",
  }));
  if (payout.state === "failed" && attempts.length > 1)
    done[done.length - 1] = { ...(done.at(-1) as Step), note: t`Tried ${attempts.length} times` };
  return [...done, ...later];
}

/** What held a payout is no longer said once it holds it no more. */
function noteOf(step: Schema["StepView"], words: ReturnType<typeof useWords>, last: boolean): ReactNode {
  if (!step.reason) return undefined;
  return step.state === "failed"
    ? words.failure(step.reason)
    : step.state === "held" && last
      ? words.held(step.reason)
      : undefined;
}

function Why({ statementId }: { statementId: string }) {
  const statement = api.useQuery("get", "/api/portal/statements/{statement_id}", {
    params: { path: { statement_id: statementId } },
  });
  return (
    <Loaded query={statement} height={260}>
      {(data) => <Falls detail={data} />}
    </Loaded>
  );
}

function Falls({ detail }: { detail: Schema["StatementDetail"] }) {
  return <Waterfall falls={useFalls(detail)} />;
}
