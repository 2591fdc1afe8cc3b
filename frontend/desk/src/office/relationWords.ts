import { useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";

export type Relation = Schema["RelationView"]["relation"];

/** The three relations of a customer, and why it has the one that it has. */
export function useRelationWords() {
  const { t } = useLingui();
  const relations: Record<Relation, string> = {
    self_service: t`Self-service`,
    account_managed: t`Account manager`,
    partner_managed: t`Managed by a partner`,
  };
  const bases: Record<Schema["RelationView"]["basis"], string> = {
    office: t`Decided by us`,
    deal: t`Its partner’s deal is in force`,
    contact: t`Its partner named a contact`,
    segment: t`By the rule of its segment`,
  };
  return { relations, bases };
}
