import { createFileRoute } from "@tanstack/react-router";
import { Contracts } from "../../portal/Contracts";

export const Route = createFileRoute("/portal/contracts")({ component: Contracts });
