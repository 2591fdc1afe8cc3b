import { createFileRoute } from "@tanstack/react-router";
import { Ledger } from "../../office/Ledger";

export const Route = createFileRoute("/office/ledger/")({ component: Ledger });
