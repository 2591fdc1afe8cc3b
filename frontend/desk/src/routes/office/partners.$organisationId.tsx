import { createFileRoute } from "@tanstack/react-router";
import { Partner } from "../../office/Partner";

export const Route = createFileRoute("/office/partners/$organisationId")({ component: Partner });
