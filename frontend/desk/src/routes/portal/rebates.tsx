import { createFileRoute } from "@tanstack/react-router";
import { Rebates } from "../../portal/Rebates";

export const Route = createFileRoute("/portal/rebates")({ component: Rebates });
