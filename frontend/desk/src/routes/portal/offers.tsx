import { createFileRoute } from "@tanstack/react-router";
import { Bundles } from "../../portal/Bundles";

export const Route = createFileRoute("/portal/offers")({ component: Bundles });
