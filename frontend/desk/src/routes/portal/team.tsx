import { createFileRoute } from "@tanstack/react-router";
import { Team } from "../../portal/Team";

export const Route = createFileRoute("/portal/team")({ component: Team });
