/** RFC 9457, as every refusal of the API is written. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string | null | undefined;
  errors?: { message: string; field?: string | null; source?: string | null }[];
  facts?: Record<string, unknown>;
}

export const NO_CONNECTION = "no-connection";

export function isProblem(error: unknown): error is Problem {
  return (
    typeof error === "object" && error !== null && "status" in error && "code" in error && "title" in error
  );
}

/** What the network did, told as the server tells what it refuses. */
export function asProblem(error: unknown): Error & Problem {
  const said = error instanceof Error ? error.message : String(error);
  return Object.assign(new Error(said), { type: "about:blank", title: said, status: 0, code: NO_CONNECTION });
}

/**
 * Each error beside its field; what has no field on this form comes back in `rest`: no error is dropped.
 * `price.amount_minor` belongs to a field `price` too.
 */
export function splitProblem(
  problem: Problem,
  known: readonly string[],
  say: (message: string) => string = (message) => message,
) {
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  for (const { field, message: told } of problem.errors ?? []) {
    const message = say(told);
    const place = known.find((name) => field === name || field?.startsWith(`${name}.`));
    if (place === undefined) rest.push(field ? `${field}: ${message}` : message);
    else fields[place] ??= message;
  }
  return { fields, rest };
}
