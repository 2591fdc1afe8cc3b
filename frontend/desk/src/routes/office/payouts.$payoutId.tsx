import { createFileRoute } from "@tanstack/react-router";
import { Payout } from "../../office/Payout";

export const Route = createFileRoute("/office/payouts/$payoutId")({ component: Payout });
