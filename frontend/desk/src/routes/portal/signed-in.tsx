import { createFileRoute } from "@tanstack/react-router";
import { SignedIn } from "../../desk/SignedIn";

export const Route = createFileRoute("/portal/signed-in")({ component: SignedIn });
