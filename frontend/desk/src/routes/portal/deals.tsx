import { createFileRoute } from "@tanstack/react-router";
import { Deals } from "../../portal/Deals";
import { str, uuid } from "../../ui/search";

interface Search {
  q?: string | undefined;
  new?: boolean | undefined;
  /** The listing that the new one is about. */
  on?: string | undefined;
  file?: boolean | undefined;
  /** Which one is open beside the board. */
  deal?: string | undefined;
  /** Which one is being changed. */
  edit?: string | undefined;
}

export const Route = createFileRoute("/portal/deals")({
  validateSearch: (search: Record<string, unknown>): Search => ({
    q: str(search.q)?.slice(0, 100),
    deal: uuid(search.deal),
    edit: uuid(search.edit),
    on: uuid(search.on),
    new: search.new === true || search.new === "true" || undefined,
    file: search.file === true || search.file === "true" || undefined,
  }),
  component: Deals,
});
