import { useLingui } from "@lingui/react/macro";
import type { Refusals } from "../desk/refusals";

export { ProblemAlert } from "../desk/problems";

/** What only the portal's own routes refuse. */
export function usePortalRefusals(): Refusals {
  const { t } = useLingui();
  const again = t`Load the page again.`;
  const other = t`Choose another one.`;
  return {
    "account-unknown": [t`You have no account at Stripe yet`, t`Add a bank account first.`],
    "already-member": [t`This person is in the team already`],
    "invitation-unknown": [t`There is no such invitation`, again],
    "member-unknown": [t`There is no such member`, again],
    "last-owner": [t`An organisation has an owner`, t`Make somebody else an owner first.`],
    "listing-reference-taken": [t`Another listing of yours has this reference`, other],
    "listing-slug-taken": [t`Another listing has this address`, other],
    "listing-incomplete": [t`Something is missing in the listing`, t`Complete it, then submit it again.`],
    "approval-decided": [t`This request is decided`, again],
    "approval-unknown": [t`There is no such request`, again],
    "bad-webhook-address": [
      t`Webhooks cannot be sent to this address`,
      t`It has to begin with https:// and be reachable from the Internet.`,
    ],
    "webhook-unknown": [t`There is no such webhook`, again],
    "webhook-disabled": [t`This webhook is switched off`, t`Switch it on first.`],
    "delivery-unknown": [t`There is no such delivery`, again],
    "too-many-webhooks": [t`There are enough webhooks`, t`Delete one that is not used any more.`],
  };
}
