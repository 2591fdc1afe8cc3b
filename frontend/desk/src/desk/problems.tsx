import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { asProblem, isProblem, NO_CONNECTION, type Problem } from "../api/problem";
import { Notice } from "./Notice";

/** What a refusal means to a reader: by its code, else as the server put it. */
export function useProblemText() {
  const { t } = useLingui();
  return (problem: Problem): { title: string; detail?: string | undefined } => {
    switch (problem.code) {
      case NO_CONNECTION:
        return {
          title: t`The server cannot be reached`,
          detail: t`Nothing was lost. Check your connection and try again.`,
        };
      case "not-signed-in":
        return { title: t`Your session has ended`, detail: t`Sign in again to go on.` };
      case "not-allowed":
      case "no-role":
        return { title: t`Your role does not allow this`, detail: t`Ask an owner of your organisation.` };
      case "not-found":
        return { title: t`There is no such thing here`, detail: t`It may belong to another organisation.` };
      case "too-many-requests":
        return { title: t`Too many attempts`, detail: t`Wait a moment, then try again.` };
      case "bad-request":
      case "check-failed":
        return {
          title: t`Some of what you gave cannot be accepted`,
          detail: problem.errors?.length ? undefined : (problem.detail ?? undefined),
        };
      case "conflict":
        return { title: t`It exists already` };
      case "busy":
      case "timeout":
      case "overloaded":
      case "database-down":
        return { title: t`The server is busy`, detail: t`Nothing was changed. Try again in a moment.` };
      case "internal":
        return {
          title: t`Something broke on our side`,
          detail: t`It has been written down. Try again in a moment.`,
        };
      case "idempotency-key-in-flight":
        return {
          title: t`This is being done already`,
          detail: t`Wait for it to end, then look at the result.`,
        };
      case "cross-site":
        return { title: t`This request came from another site` };
      default:
        return { title: problem.title, detail: problem.detail ?? undefined };
    }
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
  if (!error) return null;
  const problem = isProblem(error) ? error : asProblem(error);
  const { title, detail } = text(problem);
  return (
    <Notice tone="bad" title={title} action={action}>
      {[detail, ...(rest ?? [])].filter(Boolean).join(" ") || <Trans>Problem “{problem.code}”.</Trans>}
    </Notice>
  );
}
