import { createFileRoute } from "@tanstack/react-router";
import { Credits } from "../../portal/Credits";
import { str, uuid } from "../../ui/search";

interface CreditSearch {
  credit?: string | undefined;
  after?: string | undefined;
}

export const Route = createFileRoute("/portal/credits")({
  validateSearch: (search: Record<string, unknown>): CreditSearch => ({
    credit: uuid(search.credit),
    after: str(search.after),
  }),
  component: Credits,
});
