import { createFileRoute } from "@tanstack/react-router";
import { Approvals } from "../../office/Approvals";

export const Route = createFileRoute("/office/approvals")({ component: Approvals });
