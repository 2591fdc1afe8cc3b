import { createFileRoute } from "@tanstack/react-router";
import { SalesKit } from "../../office/SalesKit";

export const Route = createFileRoute("/office/kit")({ component: SalesKit });
