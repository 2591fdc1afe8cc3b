import { createFileRoute } from "@tanstack/react-router";
import { DealSettings } from "../../office/DealSettings";

export const Route = createFileRoute("/office/deal-settings")({ component: DealSettings });
