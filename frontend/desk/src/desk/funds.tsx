import { useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import { useFormat } from "../i18n/format";
import { Pill, type Tone } from "../ui/Pill";
import { Facts } from "./Page";
import { Timeline } from "./Timeline";

type Request = Schema["FundRequest"];
type State = Request["state"];

const TONES: Record<State, Tone> = {
  requested: "warn",
  approved: "accent",
  declined: "bad",
  withdrawn: "neutral",
  claimed: "warn",
  reimbursed: "good",
  expired: "neutral",
};

/** Where a request stands, and what it is for, in a word. */
export function useFundWords() {
  const { t } = useLingui();
  const states: Record<State, string> = {
    requested: t`Requested`,
    approved: t({ context: "fund", message: "Approved" }),
    declined: t({ context: "fund", message: "Declined" }),
    withdrawn: t({ context: "fund", message: "Withdrawn" }),
    claimed: t`Claimed`,
    reimbursed: t`Reimbursed`,
    expired: t`Not claimed in time`,
  };
  const activities: Record<Request["activity"], string> = {
    event: t`Event`,
    campaign: t`Campaign`,
    content: t`Content`,
    training: t`Training`,
    other: t`Something else`,
  };
  return { states, activities };
}

export function FundPill({ state }: { state: State }) {
  const { states } = useFundWords();
  return <Pill tone={TONES[state]}>{states[state]}</Pill>;
}

/** All that is known of a request. */
export function FundFacts({ request }: { request: Request }) {
  const { t } = useLingui();
  const f = useFormat();
  const { activities } = useFundWords();
  const day = (date: string) => f.date(`${date}T12:00:00Z`);
  const facts: [string, React.ReactNode][] = [
    [t`State`, <FundPill key="state" state={request.state} />],
    [t`Kind`, activities[request.activity]],
    [t`From`, day(request.starts_on)],
    [t`To, that day included`, day(request.ends_on)],
    [t`What is planned`, request.description],
    [t`Planned spending`, f.money(request.planned)],
    [t`Asked: ${f.rate(request.share_bp)} of it`, f.money(request.asked)],
  ];
  if (request.approved) facts.push([t`Approved, at most`, f.money(request.approved)]);
  if (request.claim_due_on) facts.push([t`To be claimed until`, day(request.claim_due_on)]);
  if (request.spent) facts.push([t`Spent`, f.money(request.spent)]);
  if (request.accepted) facts.push([t`Accepted`, f.money(request.accepted)]);
  if (request.reimbursed) facts.push([t`Reimbursed`, f.money(request.reimbursed)]);
  if (request.statement_month) facts.push([t`On the statement of`, f.month(request.statement_month)]);
  return <Facts items={facts} />;
}

/** Every step with its reason. */
export function FundSteps({ steps }: { steps: Schema["FundStep"][] }) {
  const { states } = useFundWords();
  const { t } = useLingui();
  const f = useFormat();
  return (
    <Timeline
      steps={steps.map((step, index) => ({
        key: String(index),
        label:
          step.from_state === "claimed" && step.to_state === "approved"
            ? t`Claim sent back`
            : states[step.to_state],
        note: step.reason || (step.amount ? f.money(step.amount) : undefined),
        at: step.at,
        state: step.to_state === "declined" || step.to_state === "expired" ? "bad" : "done",
      }))}
    />
  );
}

/** The files that prove what was spent, to save. */
export function FundProofs({ proofs, area }: { proofs: Schema["FundProof"][]; area: "portal" | "office" }) {
  return (
    <ul>
      {proofs.map((proof) => (
        <li key={proof.id}>
          <a href={`/api/${area}/funds/proofs/${proof.id}`} download>
            {proof.name}
          </a>
        </li>
      ))}
    </ul>
  );
}
