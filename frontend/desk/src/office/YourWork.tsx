import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import css from "./office.module.css";
import { type StaffRole, useStaffWords } from "./staff";

/** What one's role is for, and the pages that it begins with. */
export function YourWork() {
  const { t } = useLingui();
  const { roles } = useSession();
  const words = useStaffWords();
  const partners = { to: "/office/partners", label: t`Partners` } as const;
  const network = { to: "/office/network", label: t`Network` } as const;
  const listings = { to: "/office/listings", label: t`Listings` } as const;
  const approvals = { to: "/office/approvals", label: t`Approvals` } as const;
  const sales = { to: "/office/sales", label: t`Sales` } as const;
  const alarms = { to: "/office/alarms", label: t`Alarms` } as const;
  const flows = { to: "/office/flows", label: t`Revenue flow` } as const;
  const months = { to: "/office/months", label: t`Months` } as const;
  const payouts = { to: "/office/payouts", label: t`Payouts` } as const;
  const ledger = { to: "/office/ledger", label: t`Ledger` } as const;
  const audit = { to: "/office/audit", label: t`Audit log` } as const;
  const colleagues = { to: "/office/colleagues", label: t`Colleagues` } as const;
  const editors = { to: "/office/partners", search: { role: "isv" }, label: t`Editors` } as const;
  const integrators = { to: "/office/partners", search: { role: "vai" }, label: t`Integrators` } as const;
  const pages = {
    admin: [approvals, colleagues, audit],
    partner_manager: [approvals, partners, network, listings],
    isv_manager: [editors, listings, approvals],
    vai_manager: [integrators, network, approvals],
    product: [listings, sales, flows],
    operations: [alarms, sales, partners],
    finance: [months, payouts, ledger],
    security: [audit, colleagues, alarms],
    marketing: [partners, listings, sales],
    executive: [flows, sales, ledger],
    auditor: [audit, ledger, flows],
  };
  const known = roles.filter((role): role is StaffRole => role in pages);
  if (known.length === 0) return null;
  return (
    <Panel title={t`Your work`} flush>
      <ul className={css.needs}>
        {known.map((role) => (
          <li key={role}>
            <b>{words[role].name}</b>
            <span>{words[role].what}</span>
            {pages[role].map(({ label, ...link }) => (
              <Link key={label} className={css.link} {...link}>
                {label}
              </Link>
            ))}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
