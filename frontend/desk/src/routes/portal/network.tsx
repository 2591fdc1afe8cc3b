import { createFileRoute } from "@tanstack/react-router";
import { Network } from "../../portal/Network";

export const Route = createFileRoute("/portal/network")({ component: Network });
