import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { isProblem } from "../api/problem";
import { Notice } from "../desk/Notice";
import { ProblemAlert as Common } from "../desk/problems";

/** What the office's own refusals mean to a reader; all others are told as everywhere. */
export function ProblemAlert(told: { error: unknown; rest?: string[]; action?: ReactNode }) {
  const { t } = useLingui();
  const { error } = told;
  const words: Record<string, [title: string, remedy: string]> = {
    "own-request": [t`You asked for this yourself`, t`Somebody else of finance has to approve it.`],
    "approval-pending": [t`Something is asked for already`, t`Decide it, or take it back, first.`],
    "approval-decided": [t`This request is decided`, t`Somebody was faster: load the page again.`],
    "approval-unknown": [t`There is no such request`, t`Load the page again.`],
    "person-needed": [t`Four eyes belong to two people`, t`Sign in; an API key cannot do this.`],
    "payout-not-retriable": [
      t`This payout is under way`,
      t`Only a refused or canceled payout is sent again.`,
    ],
    "payout-sent": [t`This payout may have been sent`, t`It cannot be canceled any more.`],
    "organisation-verified": [t`This organisation was verified`, t`It cannot be refused any more.`],
    "month-still-open": [t`The month is not over`, t`It can be closed once it is.`],
    "month-not-closed": [t`The month has no statements yet`, t`Close it first.`],
    "bad-term": [t`This value is outside what is possible`, t`Choose a smaller one.`],
    "term-too-late": [t`A rule begins in the future`, t`Choose a day to come.`],
    "term-taken": [t`Another rule begins on that day`, t`Choose another day.`],
    "nothing-to-try": [t`There is nothing to try`, t`Say first what changes.`],
    "months-reversed": [t`The last month is before the first`, t`Choose a later one.`],
    "nothing-to-fund": [t`No money is missing`, t`Name an amount to add some all the same.`],
    "sandbox-off": [t`The sandbox does not run here`, t`Money is at Stripe’s own test mode.`],
    "alarm-closed": [t`This alarm is closed`, t`Somebody was faster: load the page again.`],
  };
  const found = isProblem(error) ? words[error.code] : undefined;
  if (!found) return <Common {...told} />;
  return (
    <Notice tone="bad" title={found[0]} action={told.action}>
      {found[1]}
    </Notice>
  );
}
