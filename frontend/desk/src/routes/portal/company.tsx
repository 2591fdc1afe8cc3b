import { createFileRoute } from "@tanstack/react-router";
import { Company } from "../../portal/Company";

export const Route = createFileRoute("/portal/company")({ component: Company });
