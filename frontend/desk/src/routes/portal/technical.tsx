import { createFileRoute } from "@tanstack/react-router";
import { Technical } from "../../portal/Technical";

export const Route = createFileRoute("/portal/technical")({ component: Technical });
