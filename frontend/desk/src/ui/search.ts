/** The address is user input: what reads it checks it. Plain repeated keys: ?state=paid&state=failed */
export function parseSearch(text: string): Record<string, string | string[]> {
  const out: Record<string, string | string[]> = {};
  for (const [key, value] of new URLSearchParams(text)) {
    const before = out[key];
    out[key] = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
  }
  return out;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === "") continue;
    for (const one of Array.isArray(value) ? value : [value]) params.append(key, String(one));
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}

export const str = (value: unknown): string | undefined =>
  typeof value === "string" && value ? value : undefined;

export const int = (value: unknown): number | undefined => {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? number : undefined;
};

export const oneOf = <T extends string>(value: unknown, all: readonly T[]): T | undefined =>
  all.find((one) => one === value);

export const month = (value: unknown): string | undefined =>
  typeof value === "string" && /^2\d{3}-(0[1-9]|1[0-2])$/.test(value) ? value : undefined;

export const day = (value: unknown): string | undefined =>
  typeof value === "string" && /^2\d{3}-\d\d-\d\d$/.test(value) ? value : undefined;

export const uuid = (value: unknown): string | undefined =>
  typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) ? value : undefined;
