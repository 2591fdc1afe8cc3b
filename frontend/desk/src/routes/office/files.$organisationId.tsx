import { createFileRoute } from "@tanstack/react-router";
import { PartnerFile } from "../../office/PartnerFile";

export const Route = createFileRoute("/office/files/$organisationId")({ component: PartnerFile });
