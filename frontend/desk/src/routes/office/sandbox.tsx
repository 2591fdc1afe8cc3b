import { createFileRoute } from "@tanstack/react-router";
import { Sandbox } from "../../office/Sandbox";

export const Route = createFileRoute("/office/sandbox")({ component: Sandbox });
