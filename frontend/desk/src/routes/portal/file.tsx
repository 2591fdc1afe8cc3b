import { createFileRoute } from "@tanstack/react-router";
import { File } from "../../portal/File";

export const Route = createFileRoute("/portal/file")({ component: File });
