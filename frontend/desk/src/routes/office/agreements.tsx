import { createFileRoute } from "@tanstack/react-router";
import { Agreements } from "../../office/Agreements";
import { optional } from "../../office/search";
import { str, uuid } from "../../ui/search";

export const Route = createFileRoute("/office/agreements")({
  validateSearch: (search: Record<string, unknown>) =>
    optional({
      after: str(search.after),
      /** Whose signers are shown. */
      agreement: uuid(search.agreement),
    }),
  component: Agreements,
});
