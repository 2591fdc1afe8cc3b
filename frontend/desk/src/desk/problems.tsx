import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { asProblem, isProblem } from "../api/problem";
import { Notice } from "./Notice";
import { useProblemText } from "./problemText";
import { useFieldText } from "./refusals";

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
