import { createFileRoute } from "@tanstack/react-router";
import { StartupProgramme } from "../../portal/Startup";

export const Route = createFileRoute("/portal/startup")({ component: StartupProgramme });
