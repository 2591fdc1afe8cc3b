import { createFileRoute } from "@tanstack/react-router";
import { Programmes } from "../../office/Programmes";

export const Route = createFileRoute("/office/programmes/")({ component: Programmes });
