import { useLingui } from "@lingui/react/macro";
import { api } from "../api/client";
import type { NavGroup } from "../desk/Shell";
import { useSession } from "../desk/session";
import {
  IconAlertTriangle,
  IconBook2,
  IconBriefcase,
  IconBuilding,
  IconBuildingBank,
  IconBuildingStore,
  IconCalendarCheck,
  IconCash,
  IconCertificate,
  IconCheck,
  IconClipboardCheck,
  IconDownload,
  IconFileText,
  IconFlask,
  IconGitBranch,
  IconHistory,
  IconHome,
  IconPercentage,
  IconReceipt,
  IconRocket,
  IconServer,
  IconSettings,
  IconSignature,
  IconSitemap,
  IconStar,
  IconTargetArrow,
  IconTicket,
  IconUser,
  IconUsers,
} from "../ui/icons";
import { Pill } from "../ui/Pill";

/** The pages of the office in their groups, with how much waits on each; none for who is not of it. */
export function useMenu(ours: boolean): NavGroup[] {
  const { t } = useLingui();
  const { can } = useSession();
  const { data: seen } = api.useQuery("get", "/api/office/overview", {}, { enabled: ours });
  const { data: programmes } = api.useQuery(
    "get",
    "/api/office/programmes",
    {},
    { enabled: ours && can("office:programme:read") },
  );
  const count = (number: number | undefined) => (number ? <Pill tone="warn">{number}</Pill> : null);
  return [
    { items: [{ to: "/office", label: t`Home`, icon: <IconHome size={18} /> }] },
    {
      label: t`Partners`,
      items: [
        {
          to: "/office/approvals",
          label: t`Approvals`,
          icon: <IconCheck size={18} />,
          badge: count((seen?.organisations_unverified ?? 0) + (seen?.approvals_asked ?? 0)),
        },
        {
          to: "/office/files",
          label: t`Files`,
          icon: <IconClipboardCheck size={18} />,
          scope: "office:file:read",
          badge: count(seen?.evidence_waiting),
        },
        {
          to: "/office/partners",
          label: t`Partners`,
          icon: <IconBuilding size={18} />,
          scope: "office:organisation:read",
        },
        {
          to: "/office/network",
          label: t`Network`,
          icon: <IconSitemap size={18} />,
          scope: "office:organisation:read",
        },
        {
          to: "/office/relations",
          label: t`Who manages whom`,
          icon: <IconUser size={18} />,
          scope: "office:organisation:read",
        },
        {
          to: "/office/segments",
          label: t`Segments`,
          icon: <IconUsers size={18} />,
          scope: "office:organisation:read",
          badge: count(seen?.segments_to_confirm),
        },
        {
          to: "/office/people",
          label: t`People and certificates`,
          icon: <IconCertificate size={18} />,
          scope: "office:programme:read",
          badge: count(seen?.declarations_open),
        },
      ],
    },
    {
      label: t`Programmes`,
      items: [
        {
          to: "/office/programmes",
          label: t`Programmes`,
          icon: <IconCertificate size={18} />,
          scope: "office:programme:read",
          badge: count(programmes?.reduce((sum, { applications }) => sum + applications, 0)),
        },
        {
          to: "/office/startups",
          label: t`Start-ups and checklists`,
          icon: <IconRocket size={18} />,
          scope: "office:programme:read",
        },
        {
          to: "/office/kit",
          label: t`Sales kit`,
          icon: <IconDownload size={18} />,
          scope: "office:programme:read",
        },
        {
          to: "/office/featured",
          label: t`Featured places`,
          icon: <IconStar size={18} />,
          scope: "office:listing:read",
        },
        {
          to: "/office/benefits",
          label: t`Benefits`,
          icon: <IconPercentage size={18} />,
          scope: "office:benefit:read",
        },
      ],
    },
    {
      label: t`Sales`,
      items: [
        {
          to: "/office/listings",
          badge: count((seen?.listings_submitted ?? 0) + (seen?.listings_changed ?? 0)),
          label: t`Listings`,
          icon: <IconBuildingStore size={18} />,
          scope: "office:listing:read",
        },
        {
          to: "/office/joint-offers",
          label: t`Joint offers`,
          icon: <IconUsers size={18} />,
          scope: "office:listing:read",
        },
        {
          to: "/office/deals",
          label: t`Deals`,
          icon: <IconBriefcase size={18} />,
          scope: "office:deal:read",
          badge: count(seen?.deals_to_review),
        },
        {
          to: "/office/leads",
          label: t`Leads`,
          icon: <IconTargetArrow size={18} />,
          scope: "office:deal:read",
          badge: count(seen?.leads_open),
        },
        { to: "/office/sales", label: t`Sales`, icon: <IconReceipt size={18} />, scope: "office:sale:read" },
        {
          to: "/office/flows",
          label: t`Revenue flow`,
          icon: <IconGitBranch size={18} />,
          scope: "office:report:read",
        },
        {
          to: "/office/alarms",
          label: t`Alarms`,
          icon: <IconAlertTriangle size={18} />,
          scope: "office:alarm:read",
          badge: count(seen?.order_alarms),
        },
      ],
    },
    {
      label: t`Infrastructure`,
      items: [
        {
          to: "/office/charges",
          label: t`Charges`,
          icon: <IconServer size={18} />,
          scope: "office:charge:read",
        },
        {
          to: "/office/charge-files",
          label: t`Files of charges`,
          icon: <IconFileText size={18} />,
          scope: "office:charge:read",
        },
        {
          to: "/office/credits",
          label: t`Credits`,
          icon: <IconTicket size={18} />,
          scope: "office:charge:read",
        },
        {
          to: "/office/receivables",
          label: t`Receivables`,
          icon: <IconCash size={18} />,
          scope: "office:settlement:read",
          badge: can("office:charge:write") ? count(seen?.receipts_to_approve) : null,
        },
        {
          to: "/office/margins",
          label: t`Margins`,
          icon: <IconPercentage size={18} />,
          scope: "office:charge:read",
        },
        {
          to: "/office/rebates",
          label: t`Rebates and shares`,
          icon: <IconReceipt size={18} />,
          scope: "office:charge:read",
        },
        {
          to: "/office/communities",
          label: t`Open source`,
          icon: <IconStar size={18} />,
          scope: "office:organisation:read",
        },
        {
          to: "/office/funds",
          label: t`Co-marketing`,
          icon: <IconStar size={18} />,
          scope: "office:fund:read",
          badge: count(seen?.funds_to_decide),
        },
      ],
    },
    {
      label: t`Money`,
      items: [
        {
          to: "/office/months",
          label: t`Months`,
          icon: <IconCalendarCheck size={18} />,
          scope: "office:settlement:read",
          badge: count(seen?.months_to_close.length),
        },
        {
          to: "/office/contests",
          label: t`Contested statements`,
          icon: <IconAlertTriangle size={18} />,
          scope: "office:settlement:read",
          badge: count(seen?.contests_waiting),
        },
        {
          to: "/office/payouts",
          label: t`Payouts`,
          icon: <IconBuildingBank size={18} />,
          scope: "office:payout:read",
          badge: count(seen?.payouts_failed),
        },
        {
          to: "/office/mesh",
          label: t`Value mesh`,
          icon: <IconSitemap size={18} />,
          scope: "office:ledger:read",
        },
        {
          to: "/office/ledger",
          label: t`Ledger`,
          icon: <IconBook2 size={18} />,
          scope: "office:ledger:read",
        },
      ],
    },
    {
      label: t`Operation`,
      items: [
        {
          to: "/office/agreements",
          label: t`Agreements`,
          icon: <IconSignature size={18} />,
          scope: "office:file:read",
        },
        { to: "/office/rules", label: t`Rules`, icon: <IconSettings size={18} />, scope: "office:term:read" },
        {
          to: "/office/colleagues",
          label: t`Colleagues`,
          icon: <IconUser size={18} />,
          scope: "office:person:read",
        },
        {
          to: "/office/audit",
          label: t`Audit log`,
          icon: <IconHistory size={18} />,
          scope: "office:audit:read",
        },
        ...(seen?.has_sandbox
          ? [
              {
                to: "/office/sandbox",
                label: t`Stripe sandbox`,
                icon: <IconFlask size={18} />,
                scope: "office:sandbox:use",
              },
            ]
          : []),
      ],
    },
  ];
}
