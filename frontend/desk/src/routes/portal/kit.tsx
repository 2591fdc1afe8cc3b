import { createFileRoute } from "@tanstack/react-router";
import { SalesKit } from "../../portal/SalesKit";

export const Route = createFileRoute("/portal/kit")({ component: SalesKit });
