import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Schema } from "../api/client";
import { Pill } from "../ui/Pill";
import { Moment } from "./Moment";
import { Facts } from "./Page";

export type Contest = Schema["ContestView"];

export function ContestPill({ state }: { state: Contest["state"] }) {
  if (state === "accepted")
    return (
      <Pill tone="good">
        <Trans>Accepted</Trans>
      </Pill>
    );
  if (state === "refused")
    return (
      <Pill tone="bad">
        <Trans>Refused</Trans>
      </Pill>
    );
  return (
    <Pill tone="warn">
      <Trans>Waits for an answer</Trans>
    </Pill>
  );
}

/** By which line of an open month an accepted contest is put right. */
export function useContestMeans(): Record<NonNullable<Contest["means"]>, string> {
  const { t } = useLingui();
  return {
    refund: t`A sale that should not count is refunded`,
    sale: t`A sale that was missing is recorded`,
    charge: t`A charge for infrastructure is refunded or corrected`,
  };
}

/** What was said of a statement, and what was answered. */
export function ContestSaid({ contest }: { contest: Contest }) {
  const { t } = useLingui();
  const means = useContestMeans();
  return (
    <Facts
      items={[
        [t`State`, <ContestPill key="state" state={contest.state} />],
        [t`Contested on`, <Moment key="at" at={contest.contested_at} happened />],
        [t`What is wrong`, contest.reason],
        ...(contest.answered_at && contest.answer
          ? ([
              [t`Answered on`, <Moment key="answered" at={contest.answered_at} happened />],
              [t`Answer`, contest.answer],
            ] as [string, ReactNode][])
          : []),
        ...(contest.means
          ? ([[t`Put right in an open month`, means[contest.means]]] as [string, string][])
          : []),
      ]}
    />
  );
}
