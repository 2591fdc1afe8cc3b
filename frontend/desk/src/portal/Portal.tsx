import { useLingui } from "@lingui/react/macro";
import { Outlet } from "@tanstack/react-router";
import { api } from "../api/client";
import { Desk } from "../desk/Desk";
import { AreaRefusals } from "../desk/refusals";
import { type NavGroup, Shell } from "../desk/Shell";
import { useSession } from "../desk/session";
import {
  IconBriefcase,
  IconBuilding,
  IconBuildingBank,
  IconBuildingStore,
  IconCash,
  IconCertificate,
  IconClipboardCheck,
  IconDownload,
  IconFileText,
  IconHistory,
  IconHome,
  IconKey,
  IconListCheck,
  IconPercentage,
  IconReceipt,
  IconRocket,
  IconServer,
  IconSignature,
  IconSitemap,
  IconStairsUp,
  IconStar,
  IconTargetArrow,
  IconTicket,
  IconUsers,
  IconWallet,
  IconWebhook,
} from "../ui/icons";
import { Pill } from "../ui/Pill";
import { neededFrom, useFile } from "./file";
import { WrongArea } from "./Refused";
import { usePortalRefusals } from "./refusals";

export function Portal() {
  return (
    <Desk>
      <Inside />
    </Desk>
  );
}

function Inside() {
  const { t } = useLingui();
  const { scopes } = useSession();
  const { data: organisation } = api.useQuery("get", "/api/portal/organisation");
  const inNetwork = organisation?.roles.some((role) => role === "wholesaler" || role === "reseller");
  const { data: file } = useFile(scopes.includes("portal:file:read"));
  const needed = file ? neededFrom(file).length : 0;
  const unfinished = needed > 0 ? <Pill tone="warn">{needed}</Pill> : null;
  const plays = (roles: string[]) => organisation?.roles.some((role) => roles.includes(role));
  const rebated = plays(["reseller", "vai", "wholesaler", "supplier"]);
  const funded = plays(["reseller", "vai", "wholesaler", "isv"]);
  const isPartner = scopes.some((scope) => scope.startsWith("portal:"));
  const nav: NavGroup[] = [
    {
      items: [
        { to: "/portal", label: t`Home`, icon: <IconHome size={18} />, scope: "portal:organisation:read" },
      ],
    },
    {
      label: t`Sell`,
      items: [
        {
          to: "/portal/listings",
          label: t`Listings`,
          icon: <IconBuildingStore size={18} />,
          scope: "portal:listing:read",
        },
        {
          to: "/portal/joint-offers",
          label: t`Joint offers`,
          icon: <IconUsers size={18} />,
          scope: "portal:listing:read",
        },
        ...(organisation?.roles.includes("vai")
          ? [
              {
                to: "/portal/offers" as const,
                label: t`Combined offers`,
                icon: <IconStairsUp size={18} />,
                scope: "portal:listing:read" as const,
              },
            ]
          : []),
        {
          to: "/portal/kit",
          label: t`Sales kit`,
          icon: <IconDownload size={18} />,
          scope: "portal:programme:read",
        },
        {
          to: "/portal/deals",
          label: t`Deals`,
          icon: <IconBriefcase size={18} />,
          scope: "portal:deal:read",
        },
        {
          to: "/portal/leads",
          label: t`Leads`,
          icon: <IconTargetArrow size={18} />,
          scope: "portal:deal:read",
        },
        { to: "/portal/sales", label: t`Sales`, icon: <IconReceipt size={18} />, scope: "portal:sale:read" },
      ],
    },
    {
      label: t`Infrastructure`,
      items: [
        {
          to: "/portal/charges",
          label: t`Use and prices`,
          icon: <IconServer size={18} />,
          scope: "portal:charge:read",
        },
        {
          to: "/portal/contracts",
          label: t`Contracts`,
          icon: <IconSignature size={18} />,
          scope: "portal:charge:read",
        },
        {
          to: "/portal/credits",
          label: t`Credits`,
          icon: <IconTicket size={18} />,
          scope: "portal:charge:read",
        },
        {
          to: "/portal/receipts",
          label: t`Payments to us`,
          icon: <IconCash size={18} />,
          scope: "portal:charge:read",
        },
        ...(rebated
          ? [
              {
                to: "/portal/rebates" as const,
                label: t`Rebates and shares`,
                icon: <IconReceipt size={18} />,
                scope: "portal:charge:read" as const,
              },
            ]
          : []),
        ...(funded
          ? [
              {
                to: "/portal/funds" as const,
                label: t`Co-marketing`,
                icon: <IconStar size={18} />,
                scope: "portal:fund:read" as const,
              },
            ]
          : []),
        ...(organisation?.roles.includes("wholesaler")
          ? [
              {
                to: "/portal/margins" as const,
                label: t`Margins`,
                icon: <IconPercentage size={18} />,
                scope: "portal:charge:read" as const,
              },
            ]
          : []),
      ],
    },
    {
      label: t`Money`,
      items: [
        {
          to: "/portal/statements",
          label: t`Statements`,
          icon: <IconFileText size={18} />,
          scope: "portal:statement:read",
        },
        {
          to: "/portal/payouts",
          label: t`Payouts`,
          icon: <IconWallet size={18} />,
          scope: "portal:payout:read",
        },
        {
          to: "/portal/bank",
          label: t`Bank account`,
          icon: <IconBuildingBank size={18} />,
          scope: "portal:account:read",
        },
        {
          to: "/portal/downloads",
          label: t`Downloads`,
          icon: <IconDownload size={18} />,
          scope: "portal:statement:read",
        },
      ],
    },
    {
      label: t`Partnership`,
      items: [
        {
          to: "/portal/programmes",
          label: t`Programmes`,
          icon: <IconStairsUp size={18} />,
          scope: "portal:programme:read",
        },
        ...(organisation?.roles.includes("startup")
          ? [
              {
                to: "/portal/startup" as const,
                label: t`Start-up programme`,
                icon: <IconRocket size={18} />,
                scope: "portal:programme:read" as const,
              },
            ]
          : []),
        ...(organisation?.roles.some((role) => role === "isv" || role === "vai" || role === "startup")
          ? [
              {
                to: "/portal/technical" as const,
                label: t`Technical programme`,
                icon: <IconListCheck size={18} />,
                scope: "portal:programme:read" as const,
              },
            ]
          : []),
        {
          to: "/portal/people",
          label: t`People and certificates`,
          icon: <IconCertificate size={18} />,
          scope: "portal:programme:read",
        },
      ],
    },
    {
      label: t`Organisation`,
      items: [
        {
          to: "/portal/company",
          label: t`Company`,
          icon: <IconBuilding size={18} />,
          scope: "portal:organisation:read",
        },
        {
          to: "/portal/file",
          label: t`Your file`,
          icon: <IconClipboardCheck size={18} />,
          scope: "portal:file:read",
          badge: unfinished,
        },
        ...(inNetwork
          ? [
              {
                to: "/portal/network" as const,
                label: t`Network`,
                icon: <IconSitemap size={18} />,
                scope: "portal:network:read" as const,
              },
            ]
          : []),
        { to: "/portal/team", label: t`Team`, icon: <IconUsers size={18} />, scope: "portal:team:read" },
        { to: "/portal/keys", label: t`API keys`, icon: <IconKey size={18} />, scope: "portal:key:read" },
        {
          to: "/portal/webhooks",
          label: t`Webhooks`,
          icon: <IconWebhook size={18} />,
          scope: "portal:webhook:read",
        },
        {
          to: "/portal/audit",
          label: t`Audit log`,
          icon: <IconHistory size={18} />,
          scope: "portal:audit:read",
        },
      ],
    },
  ];
  return (
    <AreaRefusals value={usePortalRefusals()}>
      <Shell product={t`Partners`} home="/portal" nav={isPartner ? nav : []}>
        {isPartner ? <Outlet /> : <WrongArea />}
      </Shell>
    </AreaRefusals>
  );
}
