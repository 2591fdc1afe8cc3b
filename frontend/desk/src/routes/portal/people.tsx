import { createFileRoute } from "@tanstack/react-router";
import { People } from "../../portal/People";

export const Route = createFileRoute("/portal/people")({ component: People });
