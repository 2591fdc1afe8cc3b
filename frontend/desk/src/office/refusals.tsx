import { useLingui } from "@lingui/react/macro";
import type { Refusals } from "../desk/refusals";

export { ProblemAlert } from "../desk/problems";

/** What only the office's own routes refuse. */
export function useOfficeRefusals(): Refusals {
  const { t } = useLingui();
  const again = t`Load the page again.`;
  const faster = t`Somebody was faster: load the page again.`;
  const other = t`Choose another one.`;
  const role: [string, string] = [t`Your role does not allow this`, t`Ask an administrator of the operator.`];
  return {
    "not-allowed": role,
    "no-role": role,
    "own-request": [t`You asked for this yourself`, t`Somebody else of finance has to approve it.`],
    "own-payout": [t`You act for this partner, too`, t`Somebody else of finance has to approve it.`],
    "own-listing": [t`You act for this partner, or did`, t`Somebody else has to decide on its listing.`],
    "approval-decided": [t`This request is decided`, faster],
    "approval-unknown": [t`There is no such request`, again],
    "payout-sent": [t`This payout may have been sent`, t`It cannot be canceled any more.`],
    "organisation-verified": [t`This organisation was verified`, t`It cannot be refused any more.`],
    "listing-partner-unverified": [
      t`The partner is not verified yet`,
      t`Check its identity first, under Approvals.`,
    ],
    "organisation-unknown": [t`There is no such organisation`, again],
    "organisation-reference-taken": [t`Another organisation has this reference`, other],
    "listing-step-refused": [t`The listing has moved on`, faster],
    "listing-changed": [t`The listing was changed while you read it`, t`Read it again, then decide.`],
    "month-still-open": [t`The month is not over`, t`It can be closed once it is.`],
    "month-not-closed": [t`The month has no statements yet`, t`Close it first.`],
    "month-skipped": [t`An older month is still open`, t`Close that one first.`],
    "older-month": [t`A later month is already closed`, t`Months are closed in their order.`],
    "nothing-to-close": [t`Nothing was sold up to this month`, t`There is nothing to close.`],
    "closing-unknown": [t`Nobody asked to close this month`, again],
    "bad-term": [t`This value is outside what is possible`, t`Choose a smaller one.`],
    "term-too-late": [t`A rule begins in the future`, t`Choose a day to come.`],
    "term-taken": [t`Another rule begins on that day`, t`Choose another day.`],
    "nothing-to-try": [t`There is nothing to try`, t`Say first what changes.`],
    "months-reversed": [t`The last month is before the first`, t`Choose a later one.`],
    "nothing-to-fund": [t`No money is missing`, t`Name an amount to add some all the same.`],
    "sandbox-off": [t`The sandbox does not run here`, t`Money is at Stripe’s own test mode.`],
    "alarm-closed": [t`This alarm is closed`, faster],
    "alarm-unknown": [t`There is no such alarm`, again],
    "entry-unknown": [t`There is no such entry`, t`Look at its reference again.`],
    "charge-unknown": [t`There is no such charge`, again],
    "charge-conflict": [t`This reference is taken by another charge or refund`, other],
    "charge-file-unknown": [t`There is no such file of charges`, again],
    "charge-file-decided": [t`This file waits for no decision`, faster],
    "charge-file-empty": [t`The file is empty`, t`Choose a CSV with a header and a row for each charge.`],
    "bad-credit-grant": [
      t`This credit cannot be granted`,
      t`Choose a last day still to come, ten years ahead at the most.`,
    ],
    "credit-grant-unknown": [t`There is no such credit`, again],
    "sale-unknown": [t`There is no such sale`, again],
    "order-unknown": [t`There is no such order`, again],
    "order-not-paid": [t`Only a paid order can be refunded`],
    "order-in-other-currency": [t`The order is in another currency`],
    "order-refund-too-large": [t`More than what is left of the order`, t`Refund a smaller amount.`],
    "refund-too-large": [t`More than what is left of the sale`, t`Refund a smaller amount.`],
    "refund-in-doubt": [
      t`An earlier refund of this order may have been made`,
      t`It is cleared up first: look at the alarms.`,
    ],
    "refund-under-way": [t`Another refund of this order is under way`, t`Wait for it to end.`],
    "collected-by-stripe": [t`This sale was paid here`, t`Refund its order instead.`],
    "sale-conflict": [t`This sale is recorded with other facts already`, other],
    "report-unknown": [t`There is no such report`],
    "report-format-unknown": [t`This report does not come in this form`, t`Choose another form.`],
    "too-many-rows": [t`A sheet does not hold so many rows`, t`Take the CSV instead.`],
    "person-works-there": [t`The person works there already`, again],
    "certificate-taken": [t`This certificate is recorded`, t`Do not accept it a second time.`],
    "achievement-taken": [t`This is recorded already`, t`Do not accept it a second time.`],
    "unreadable-file": ({ detail }) => [t`The file is not the list that was asked for`, detail ?? ""],
  };
}
