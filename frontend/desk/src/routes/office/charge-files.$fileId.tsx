import { createFileRoute } from "@tanstack/react-router";
import { ChargeFile } from "../../office/ChargeFile";

export const Route = createFileRoute("/office/charge-files/$fileId")({ component: ChargeFile });
