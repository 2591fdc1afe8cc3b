import { createFileRoute } from "@tanstack/react-router";
import { Months } from "../../office/Months";

export const Route = createFileRoute("/office/months/")({ component: Months });
