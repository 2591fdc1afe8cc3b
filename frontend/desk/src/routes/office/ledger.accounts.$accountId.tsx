import { createFileRoute, notFound } from "@tanstack/react-router";
import { Account } from "../../office/Account";
import { optional } from "../../office/search";
import { int, month, str } from "../../ui/search";

export const Route = createFileRoute("/office/ledger/accounts/$accountId")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      month: month(search.month),
      after: str(search.after),
    }),
  beforeLoad: ({ params }) => {
    if (!int(params.accountId)) throw notFound();
  },
  component: Account,
});
