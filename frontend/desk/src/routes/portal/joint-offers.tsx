import { createFileRoute } from "@tanstack/react-router";
import { JointOffers } from "../../portal/JointOffers";

export const Route = createFileRoute("/portal/joint-offers")({ component: JointOffers });
