import { createFileRoute } from "@tanstack/react-router";
import { Home } from "../../office/Home";
import { beginWithOwn, roleWanted } from "../../office/ownPartners";
import { optional } from "../../office/search";

export const Route = createFileRoute("/office/")({
  validateSearch: (search: Record<string, unknown>) => optional({ role: roleWanted(search.role) }),
  beforeLoad: ({ search }) => beginWithOwn(search, "/office"),
  component: Home,
});
