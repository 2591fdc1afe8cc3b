import { createFileRoute } from "@tanstack/react-router";
import { Featured } from "../../office/Featured";

export const Route = createFileRoute("/office/featured")({ component: Featured });
