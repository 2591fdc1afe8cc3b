import { useContext } from "react";
import type { Problem } from "../api/problem";
import { AreaRefusals, useCommonRefusals } from "./refusals";

/** What a refusal means to a reader: by its code, else as the server put it. */
export function useProblemText() {
  const common = useCommonRefusals();
  const area = useContext(AreaRefusals);
  return (problem: Problem): { title: string; detail?: string | undefined } => {
    const known = area[problem.code] ?? common[problem.code];
    if (!known) return { title: problem.title, detail: problem.detail ?? undefined };
    const [title, detail] = typeof known === "function" ? known(problem) : known;
    return { title, detail };
  };
}
