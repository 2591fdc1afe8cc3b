import { createFileRoute } from "@tanstack/react-router";
import { Accounts } from "../../office/Accounts";
import { optional } from "../../office/search";
import { oneOf, str } from "../../ui/search";

export const Route = createFileRoute("/office/ledger/accounts/")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      code: str(search.code),
      kind: str(search.kind),
      currency: oneOf(search.currency, ["CHF", "EUR", "GBP", "JPY", "KWD", "USD"] as const),
      after: str(search.after),
    }),
  component: Accounts,
});
