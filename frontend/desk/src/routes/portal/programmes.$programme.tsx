import { createFileRoute } from "@tanstack/react-router";
import { Programme } from "../../portal/Programme";
import { day } from "../../ui/search";

export const Route = createFileRoute("/portal/programmes/$programme")({
  validateSearch: (search: Record<string, unknown>): { on?: string } => {
    const on = day(search.on);
    return on ? { on } : {};
  },
  component: Programme,
});
