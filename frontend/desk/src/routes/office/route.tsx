import { createFileRoute } from "@tanstack/react-router";
import { NotFound } from "../../desk/Refused";
import { requireSession } from "../../desk/session";
import { activate, preferredLocale } from "../../i18n";
import { Office } from "../../office/Office";
import { Refused } from "../../office/Refused";

export const Route = createFileRoute("/office")({
  beforeLoad: async ({ location }) => {
    await Promise.all([activate(preferredLocale(), "office"), requireSession(location.href)]);
  },
  component: Office,
  errorComponent: Refused,
  notFoundComponent: NotFound,
});
