import { createFileRoute } from "@tanstack/react-router";
import { Funds } from "../../portal/Funds";
import { str, uuid } from "../../ui/search";

interface FundSearch {
  request?: string | undefined;
  after?: string | undefined;
}

export const Route = createFileRoute("/portal/funds")({
  validateSearch: (search: Record<string, unknown>): FundSearch => ({
    request: uuid(search.request),
    after: str(search.after),
  }),
  component: Funds,
});
