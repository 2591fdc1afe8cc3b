import { createFileRoute } from "@tanstack/react-router";
import { Colleagues } from "../../office/Colleagues";

export const Route = createFileRoute("/office/colleagues")({ component: Colleagues });
