import { createFileRoute } from "@tanstack/react-router";
import { SignedIn } from "../../desk/SignedIn";

export const Route = createFileRoute("/office/signed-in")({ component: SignedIn });
