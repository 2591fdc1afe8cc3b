import { Trans } from "@lingui/react/macro";
import { type ReactNode, useContext } from "react";
import { asProblem, isProblem, type Problem } from "../api/problem";
import { Notice } from "./Notice";
import { AreaRefusals, useCommonRefusals, useFieldText } from "./refusals";

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

/** A refusal, on the page that it concerns; `rest` are errors that no field of the form shows. */
export function ProblemAlert({
  error,
  rest,
  action,
}: {
  error: unknown;
  rest?: string[];
  action?: ReactNode;
}) {
  const text = useProblemText();
  const say = useFieldText();
  if (!error) return null;
  const problem = isProblem(error) ? error : asProblem(error);
  const { title, detail } = text(problem);
  const others = rest ?? (problem.errors ?? []).map(({ field, message }) => asLine(field, say(message)));
  return (
    <Notice tone="bad" title={title} action={action}>
      {[detail, ...others].filter(Boolean).join(" ") || <Trans>Problem “{problem.code}”.</Trans>}
    </Notice>
  );
}

const asLine = (field: string | null | undefined, said: string) => (field ? `${field}: ${said}` : said);
