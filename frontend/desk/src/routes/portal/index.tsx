import { createFileRoute } from "@tanstack/react-router";
import { Home } from "../../portal/Home";

export const Route = createFileRoute("/portal/")({ component: Home });
