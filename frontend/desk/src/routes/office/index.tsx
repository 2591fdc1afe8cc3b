import { createFileRoute } from "@tanstack/react-router";
import { Home } from "../../office/Home";

export const Route = createFileRoute("/office/")({ component: Home });
