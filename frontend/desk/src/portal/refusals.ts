import { useLingui } from "@lingui/react/macro";
import type { Refusals } from "../desk/refusals";
import { useFormat } from "../i18n/format";

export { ProblemAlert } from "../desk/problems";

/** What only the portal's own routes refuse. */
export function usePortalRefusals(): Refusals {
  const { t } = useLingui();
  const { date } = useFormat();
  const again = t`Load the page again.`;
  const other = t`Choose another one.`;
  return {
    "joint-offer-unknown": [t`There is no such joint offer`, again],
    "contest-too-late": [t`It is too late to contest this statement`, t`Write to us all the same.`],
    "contest-exists": [t`The statement was contested already`, again],
    "joint-change-unknown": [t`There is no such change`, again],
    "joint-change-decided": [t`The change was answered or withdrawn`, again],
    "joint-agreement-needed": [
      t`Its second owner has to agree`,
      t`Propose the change: it holds once the second owner accepts it.`,
    ],
    "joint-sole": [t`No joint offer of this listing is in force`, t`Change the listing itself.`],
    "joint-nothing-changes": [t`The listing says that already`, t`Change something first.`],
    "reseller-invited": (problem) => [
      t`An invitation of this company waits already`,
      t`${String(problem.facts?.name)} (${String(problem.facts?.email)}) was invited on ${date(String(problem.facts?.invited_at))}: send it again, or withdraw it.`,
    ],
    "reseller-known": [
      t`A company with this SIREN sells through you already`,
      t`Look for it in your network.`,
    ],
    "not-now": [t`The network changes forward only`, t`Try again in a moment.`],
    "invitation-ended": [t`The invitation waits no more`, again],
    "nothing-owed": [
      t`There is nothing to pay now`,
      t`Load the page again: what you owed is paid, or set against your next statement.`,
    ],
    "due-payment-under-way": [
      t`A payment is with your bank already`,
      t`Wait until it has arrived: a debit takes some days.`,
    ],
    "due-page-refused": [
      t`The payment page could not be made`,
      t`Nothing was taken. Pay by bank transfer, or write to us.`,
    ],
    "due-page-unavailable": [
      t`The payment page is not ready yet`,
      t`Nothing was taken. Press the button again in a moment.`,
    ],
    "joint-offers-not-given": [
      t`Your level gives no joint offers`,
      t`See on the programme page which level does.`,
    ],
    "joint-partner-unknown": [
      t`No other partner has this reference`,
      t`Look for it in the store’s list of partners.`,
    ],
    "joint-share-wrong": [t`Each of both gets a part`, t`Choose more than 0 and less than 100 %.`],
    "joint-offer-taken": [t`This listing has a joint offer already`, t`Withdraw or end that one first.`],
    "joint-listing-on-sale": [
      t`The listing is on sale, or being read`,
      t`Pause the sale, or take it back, first.`,
    ],
    "joint-offer-decided": [t`The joint offer has moved on`, again],
    "joint-offer-unanswered": [
      t`The second owner has not answered yet`,
      t`Wait for the answer, or withdraw the offer under “Joint offers”.`,
    ],
    "no-share-rule": [t`No share rule is in force`, t`Write to us: nothing is sold without one.`],
    "listing-partner-unverified": [
      t`Nobody has checked its second owner yet`,
      t`It goes on sale once we have: write to us if it takes long.`,
    ],
    "bundles-not-yours": [t`Only integrators combine offers`, t`Write to us if you are one.`],
    "bundle-part-unknown": [t`One of the parts is not on sale`, t`Leave it out, or choose another one.`],
    "bundle-part-unfit": [t`One of the parts cannot be combined`, t`Leave it out, or choose another one.`],
    "bundle-broken": [
      t`A part of this offer has changed`,
      t`Build it again under “Combined offers”, with today’s prices.`,
    ],
    "bundle-on-sale": [t`The offer is on sale, or being read`, t`Pause the sale, or take it back, first.`],
    "bundle-priced-by-parts": [
      t`The price of this offer is that of its parts`,
      t`Change the price of your own service under “Combined offers”.`,
    ],
    "joint-offer-of-bundle": [
      t`An offer of several parts has their owners already`,
      t`Choose another listing.`,
    ],
    "kit-document-unknown": [t`There is no such document in your kit`, again],
    "joint-end-wrong": [t`A joint offer ends on a day to come`, t`Choose tomorrow or later.`],
    "fund-not-given": [t`Your level gives no co-marketing`, t`See on the programme page which level does.`],
    "fund-request-unknown": [t`There is no such request`, again],
    "fund-request-decided": [t`The request is past this step`, again],
    "fund-amount": [t`This amount cannot be`, t`Choose a larger one.`],
    "fund-dates": [t`These days cannot be`, t`Begin today or later, end after that, within a year.`],
    "fund-reason-missing": [t`The reason is missing`, t`Say why: it stands beside the request.`],
    "fund-claim-too-late": [t`The day for the claim is past`, t`Write to us, or ask anew.`],
    "fund-proof-missing": [t`The claim has no proof`, t`Add an invoice or a picture first.`],
    "fund-proof-unknown": [t`There is no such proof`, again],
    "fund-proofs-many": [t`There are too many proofs`, t`Put the rest in one file.`],
    "checklist-unknown": [t`There is no such checklist`, again],
    "checklist-item-unknown": [t`The checklist has changed`, again],
    "checklist-step-wrong": [t`Somebody was faster`, again],
    "bad-checklist-link": [t`This is no address of a page`, t`Begin it with https://`],
    "checklist-open": [
      t`The technical checklist is not done`,
      t`Have its items accepted under “Technical programme” first.`,
    ],
    "not-a-startup": [t`You are not in the start-up programme`, t`Apply for it first.`],
    "graduation-already-asked": [t`You asked to graduate already`, t`Take that request back to ask anew.`],
    "graduation-unknown": [t`There is no such request`, again],
    "graduation-decided": [t`The request was answered`, again],
    "charge-unknown": [t`There is no such charge`, again],
    "credit-grant-unknown": [t`There is no such credit`, again],
    "deal-locked": [
      t`This cannot be changed now`,
      t`Take the deal back first, or change only what was asked for.`,
    ],
    "deal-incomplete": [t`Something is missing in the deal`, t`Complete it, then submit it again.`],
    "deal-close-past": [t`The expected day of signature is past`, t`Choose today or a later day.`],
    "deal-listing-unknown": [t`This listing is not on sale`, t`Choose another one, or infrastructure.`],
    "deal-not-renewable": [
      t`The protection cannot be renewed`,
      t`It runs once more, while it runs: register the deal anew.`,
    ],
    "not-a-deal-partner": [
      t`Only verified partners register deals`,
      t`Complete your file first: the draft is kept.`,
    ],
    "bad-customer-number": [
      t`This number of the customer cannot be right`,
      t`Copy it from an invoice or from the register.`,
    ],
    "unreadable-file": [
      t`The file is not the list that was asked for`,
      t`Look at its first line: the columns have to be named there.`,
    ],
    "lead-too-late": [t`The time to answer is over`, t`The lead goes to another partner now.`],
    "account-unknown": [t`You have no account at Stripe yet`, t`Add a bank account first.`],
    "evidence-wrong": ({ facts }) => {
      const wrong: Record<string, string> = {
        value: t`Compare the number or address with the official document, digit by digit.`,
        issued_on: t`The document is too old, or dated after today: ask for a new one.`,
        document: t`Send a PDF, PNG or JPEG of at most 5 MB.`,
        "document.name": t`Rename the file, then send it again.`,
        people: t`Give first and last names; an owner holds from 25 to 100 percent.`,
      };
      return [t`This cannot be taken as evidence`, wrong[String(facts?.field)] ?? t`Look at it again.`];
    },
    "price-above-own": [t`That is more than you have yourself`, t`Give less, or nothing.`],
    "price-too-soon": [t`A price begins on a day to come`, t`Choose tomorrow or later.`],
    "not-in-network": [t`It does not stand right below you`, t`Load the page again.`],
    "not-a-network-role": [t`Only a wholesaler invites resellers`, t`Write to us to become one.`],
    "network-too-deep": [t`The branch would be too long`, t`At most four stand below a root.`],
    "number-wrong": ({ facts }) => {
      const wrong: Record<string, string> = {
        siren: t`The SIREN: copy its nine digits from the register.`,
        siret: t`The SIRET: fourteen digits that begin with your SIREN.`,
        vat_number: t`The VAT number: without spaces; a French one ends with the SIREN.`,
      };
      return [t`This number cannot be right`, wrong[String(facts?.field)] ?? t`Look at it again.`];
    },
    "number-known": [t`Another number is known already`, t`Write to us to have it corrected.`],
    "too-many-documents": [t`There are enough documents`, t`Write to us if another one is needed.`],
    "document-unknown": [t`There is no such document`, again],
    "agreement-unknown": [t`There is no such agreement`, again],
    "agreement-changed": [t`Another text is to be signed by now`, t`Load the page again, then read it.`],
    "only-people-sign": [t`A person signs, no API key`, t`Sign in and sign here.`],
    "no-mandate": [t`No mandate is signed`, t`There is nothing to revoke.`],
    "file-incomplete": [t`Your file is not complete`, t`Complete it under “Your file” first.`],
    "selling-restricted": [t`A restriction is in force`, t`Its reasons stand in “Your file”.`],
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
    "already-declared": [t`This waits for its check already`, t`Withdraw it first to declare it anew.`],
    "programme-unknown": [t`There is no such programme`, again],
    "company-refused": [
      t`Your company’s application was refused`,
      t`Your file says why, and how to contest it.`,
    ],
    "programme-not-eligible": [t`This programme is for others`, t`Write to us if it should be for you, too.`],
    "programme-already-in": [t`You are in this programme`, again],
    "programme-already-applied": [t`Your application waits for its answer`, again],
    "programme-not-in": [t`You are not in this programme`, again],
    "application-unknown": [t`There is no such application`, again],
    "application-decided": [t`This application was answered`, again],
    "level-just-changed": [t`The level changed at this very moment`, again],
    "no-requirements": [t`The levels of this programme are given by us`, t`Nothing is measured.`],
  };
}
