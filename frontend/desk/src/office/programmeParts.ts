/** The parts of a programme's page besides its members. */
export const PARTS = ["requirements", "evaluations"] as const;
export type Part = (typeof PARTS)[number];

/** The parts of the page of what levels give besides the discount matrix. */
export const GIVEN = ["tiers", "settings", "gifts", "floors"] as const;
export type Given = (typeof GIVEN)[number];

/** What can follow from an evaluation. */
export const FOLLOWS = [
  "keep",
  "promote",
  "announce",
  "announce_anew",
  "cancel",
  "cancel_and_promote",
  "left",
  "open",
] as const;
