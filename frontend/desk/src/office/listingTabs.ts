/** What the list of listings is narrowed to, in the order of the tabs. */
export const TABS = [
  "submitted",
  "changed",
  "action_required",
  "published",
  "paused",
  "withdrawn",
  "draft",
  "imported",
] as const;
export type Tab = (typeof TABS)[number];
