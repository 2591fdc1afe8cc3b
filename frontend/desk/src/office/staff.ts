import { useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";

export type StaffRole = Schema["ColleagueIn"]["roles"][number];

export const ROLES: StaffRole[] = [
  "admin",
  "partner_manager",
  "isv_manager",
  "vai_manager",
  "product",
  "operations",
  "finance",
  "security",
  "marketing",
  "executive",
  "auditor",
];

/** The roles of the operator's people: their names, and what each is for. */
export function useStaffWords(): Record<StaffRole, { name: string; what: string }> {
  const { t } = useLingui();
  return {
    admin: { name: t`Administrator`, what: t`Everything: rules, colleagues and keys too` },
    partner_manager: {
      name: t`Partner manager`,
      what: t`Organisations, their files, listings and programmes`,
    },
    isv_manager: { name: t`Manager of editors`, what: t`As a partner manager, for software editors` },
    vai_manager: { name: t`Manager of integrators`, what: t`As a partner manager, for integrators` },
    product: { name: t`Product manager`, what: t`Reads the business; decides on listings` },
    operations: { name: t`Operations`, what: t`Imports sales and infrastructure use; closes alarms` },
    finance: { name: t`Finance`, what: t`Sales, months, payouts, credits and the ledger` },
    security: { name: t`Security`, what: t`Reads everything, the audit log, people and keys too` },
    marketing: { name: t`Marketing`, what: t`Reads partners, programmes, listings and sales; no money` },
    executive: { name: t`Executive`, what: t`Reads the whole business, the ledger too` },
    auditor: { name: t`Auditor`, what: t`Reads everything, the audit log too; changes nothing` },
  };
}
