import type { ReactNode } from "react";
import { useSession } from "./session";

/** Shown to those who hold the scope. The server decides all the same. */
export function Can({ scope, children }: { scope: string; children: ReactNode }) {
  return useSession().can(scope) ? children : null;
}
