import type { Schema } from "../api/client";

type DueState = NonNullable<Schema["Receivable"]["payment"]>["state"];

/** So often the page asks after a payment, so long after one has come back from Stripe's page. */
export const ASK_MS = 3_000;
export const MOST_TRIES = 20;

/**
 * How far the payment is from which one came back: still asked for, booked, or the page gave up asking.
 * With the bank, refused, or nothing to tell: the debt itself says it.
 */
export type Stage = "none" | "asking" | "unanswered" | "booked";

export function stageOf(
  back: boolean,
  states: (DueState | undefined)[],
  tries: number,
  isFresh: boolean,
): Stage {
  if (!back) return "none";
  if (states.some((state) => state === "planned" || state === "open"))
    return tries < MOST_TRIES ? "asking" : "unanswered";
  if (states.some((state) => state === "processing" || state === "failed" || state === "expired"))
    return "none";
  return isFresh ? "booked" : "none";
}
