import { createFileRoute } from "@tanstack/react-router";
import { Margins } from "../../portal/Margins";
import { month, str } from "../../ui/search";

interface MarginSearch {
  month?: string | undefined;
  after?: string | undefined;
}

export const Route = createFileRoute("/portal/margins")({
  validateSearch: (search: Record<string, unknown>): MarginSearch => ({
    month: month(search.month),
    after: str(search.after),
  }),
  component: Margins,
});
