import { useLingui } from "@lingui/react/macro";
import { createContext } from "react";
import { NO_CONNECTION, type Problem } from "../api/problem";

/** What was refused, and what to do now. */
export type Refusal = [title: string, remedy?: string];
export type Refusals = Record<string, Refusal | ((problem: Problem) => Refusal)>;

/** What only this area's routes refuse. */
export const AreaRefusals = createContext<Refusals>({});

/** Every refusal that both areas can meet. A check fails when a code of the API is in none. */
export function useCommonRefusals(): Refusals {
  const { t } = useLingui();
  const busy: Refusal = [t`The server is busy`, t`Nothing was changed. Try again in a moment.`];
  const role: Refusal = [t`Your role does not allow this`, t`Ask an owner of your organisation.`];
  const invalid: Refusal = [t`Some of what you gave cannot be accepted`];
  const gone: Refusal = [t`There is no such thing here`, t`It may belong to another organisation.`];
  const again = t`Load the page again.`;
  return {
    [NO_CONNECTION]: [
      t`The server cannot be reached`,
      t`Nothing was lost. Check your connection and try again.`,
    ],
    "not-signed-in": [t`Your session has ended`, t`Sign in again to go on.`],
    "not-allowed": role,
    "no-role": role,
    "not-found": gone,
    "too-many-requests": [t`Too many attempts`, t`Wait a moment, then try again.`],
    "bad-request": invalid,
    "check-failed": invalid,
    "bad-value": invalid,
    "missing-value": invalid,
    "unsupported-media-type": invalid,
    "request-entity-too-large": [t`What you sent is too large`, t`Shorten it, then try again.`],
    "method-not-allowed": gone,
    conflict: [t`It exists already`],
    overlap: [t`It overlaps with what exists`],
    reference: [t`Something else still depends on it`],
    "never-changes": [t`This never changes once it is written`, again],
    busy,
    timeout: busy,
    overloaded: busy,
    "database-down": busy,
    internal: [t`Something broke on our side`, t`It has been written down. Try again in a moment.`],
    "idempotency-key-in-flight": [
      t`This is being done already`,
      t`Wait for it to end, then look at the result.`,
    ],
    "idempotency-key-reused": [t`This was sent before with other contents`, again],
    "idempotency-outcome-unknown": [
      t`It is not known whether this was done`,
      t`Look at the result before you do it again.`,
    ],
    "bad-amount": [t`This is not an amount that can be used`],
    "unknown-currency": [t`This currency is not known here`],
    "cross-site": [t`This request came from another site`],
    "bad-cursor": [t`This page of the list does not exist`, t`Begin again at its first page.`],
    "bad-month": [t`This is not a month`, t`Choose one of the list.`],
    "confirm-first": [t`Confirm that it is you`, t`Give your password again, then repeat what you did.`],
    "wrong-credentials": [t`The address or the password is wrong`],
    "bad-expiry": [t`A key cannot end before it begins`, t`Choose a later day.`],
    "scope-not-held": [t`A key cannot do more than its maker`, t`Leave out what you may not do yourself.`],
    "key-unknown": [t`There is no such API key`, again],
    "account-unknown": [t`There is no such account`, again],
    "listing-unknown": [t`There is no such listing`, again],
    "listing-changed": [t`The listing was changed meanwhile`, again],
    "listing-step-refused": [t`The listing has moved on`, again],
    "payout-unknown": [t`There is no such payout`, again],
    "statement-unknown": [t`There is no such statement`, again],
    "payout-not-retriable": [
      t`This payout is under way`,
      t`Only a refused or canceled payout is sent again.`,
    ],
    "approval-pending": ({ facts }) => {
      const who = typeof facts?.asked_by === "string" ? facts.asked_by : "";
      return [
        t`Something is asked for already`,
        who === "the operator" || !who
          ? t`Our finance team decides it first.`
          : t`Asked by ${who}; it is decided first.`,
      ];
    },
    "person-needed": [t`Four eyes belong to two people`, t`Sign in; an API key cannot do this.`],
    "stripe-no-answer": [
      t`Stripe does not answer, or not clearly`,
      t`Nothing was done twice. Try again in a moment.`,
    ],
    "stripe-refused": [t`Stripe refused the request`, t`Look at what the account still needs.`],
    "declared-too-early": [t`That day is still to come`, t`Declare it once it is there.`],
    "bad-period": [t`What ends, ends after its beginning`, t`Look at the days again.`],
    "certified-person-unknown": [t`This person does not work there`, again],
    "person-moved-before": [t`The person began there later`, t`Choose a later day.`],
    "declaration-unknown": [t`There is no such declaration`, again],
    "declaration-decided": [t`This declaration was answered`, again],
    "deal-unknown": [t`There is no such deal`, again],
    "deal-changed": [t`The deal was changed meanwhile`, again],
    "deal-step-refused": [t`The deal has moved on`, again],
    "own-deal": [t`You act for this partner, too`, t`Somebody else has to decide on its deal.`],
    "lead-unknown": [t`There is no such lead`, again],
    "lead-moved-on": [t`The lead has moved on`, again],
    "public-mail-domain": [
      t`This domain is everybody’s, not the customer’s`,
      t`Give the customer’s SIREN or VAT number, or a domain of its own.`,
    ],
    "bad-domain": [t`This is no domain`, t`Give it as acme.fr.`],
    "no-secret-key": [t`This installation cannot keep secrets`, t`Its operator has to set a secret key.`],
  };
}

/** What is wrong with one field: the server says it in English, for programs. */
export function useFieldText() {
  const { t } = useLingui();
  const sayings: [RegExp, (found: RegExpExecArray) => string][] = [
    [/missing/i, () => t`This is needed.`],
    [/length >= (\d+)/, ([, n]) => (n === "1" ? t`This is needed.` : t`At least ${n} characters.`)],
    [/length <= (\d+)/, ([, n]) => t`At most ${n} characters.`],
    [/(?:>= |> )(-?\d+)/, () => t`This is too small.`],
    [/(?:<= |< )(-?\d+)/, () => t`This is too large.`],
    [/regex/, () => t`It holds characters that cannot be here.`],
    [/enum|Literal/i, () => t`Choose one of the list.`],
    [/got `null`/, () => t`This is needed.`],
    [/date|timezone/i, () => t`This is not a date that can be used.`],
    [/day/i, () => t`This day cannot be asked for.`],
    [/number|`int`|`float`/, () => t`This is not a number that can be used.`],
    [/more than once|twice/i, () => t`It is given more than once.`],
  ];
  return (message: string): string => {
    for (const [pattern, say] of sayings) {
      const found = pattern.exec(message);
      if (found) return say(found);
    }
    return t`This cannot be accepted.`;
  };
}
