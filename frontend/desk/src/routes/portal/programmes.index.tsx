import { createFileRoute } from "@tanstack/react-router";
import { Programmes } from "../../portal/Programmes";

export const Route = createFileRoute("/portal/programmes/")({ component: Programmes });
