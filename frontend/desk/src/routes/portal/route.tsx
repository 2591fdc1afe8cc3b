import { createFileRoute } from "@tanstack/react-router";
import { NotFound } from "../../desk/Refused";
import { requireSession } from "../../desk/session";
import { activate, preferredLocale } from "../../i18n";
import { Portal } from "../../portal/Portal";
import { Refused } from "../../portal/Refused";

export const Route = createFileRoute("/portal")({
  beforeLoad: async ({ location }) => {
    await Promise.all([activate(preferredLocale(), "portal"), requireSession(location.href)]);
  },
  component: Portal,
  errorComponent: Refused,
  notFoundComponent: NotFound,
});
