import { createFileRoute } from "@tanstack/react-router";
import { DueSettings } from "../../office/DueSettings";

export const Route = createFileRoute("/office/receivable-settings")({ component: DueSettings });
