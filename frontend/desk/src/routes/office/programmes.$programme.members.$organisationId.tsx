import { createFileRoute } from "@tanstack/react-router";
import { Member } from "../../office/Member";

export const Route = createFileRoute("/office/programmes/$programme/members/$organisationId")({
  component: Member,
});
