import { createFileRoute } from "@tanstack/react-router";
import { Receipts } from "../../portal/Receipts";
import { str } from "../../ui/search";

export const Route = createFileRoute("/portal/receipts")({
  validateSearch: (
    search: Record<string, unknown>,
  ): { after?: string | undefined; back?: string | undefined } => ({
    after: str(search.after),
    back: str(search.back),
  }),
  component: Receipts,
});
