import { createFileRoute } from "@tanstack/react-router";
import { Rules } from "../../office/Rules";

export const Route = createFileRoute("/office/rules")({ component: Rules });
