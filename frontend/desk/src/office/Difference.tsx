import { useLingui } from "@lingui/react/macro";
import { useFormat } from "../i18n/format";
import css from "./office.module.css";

/** Values that are words of ours; what people wrote is left as it is. */
const CODES = new Set(["method", "role", "roles", "state", "status", "verification"]);

export type Values = Record<string, unknown> | null | undefined;

/** What a change did, in words: names and values that are known here, the rest as they are. */
export function Difference({ before, after }: { before: Values; after: Values }) {
  const { name, value } = useValueWords();
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].slice(0, 6);
  return (
    <dl className={`${css.diff} ${css.wrapCell}`}>
      {names.map((one) => (
        <div key={one}>
          <dt>{name(one)}</dt>
          <dd>
            {before && one in before ? `${value(before[one], one)} → ` : ""}
            {value(after?.[one], one).slice(0, 160)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function useValueWords() {
  const { t } = useLingui();
  const f = useFormat();
  const names: Record<string, string> = {
    address: t`Address`,
    amount: t`Amount`,
    because: t`Why`,
    category: t`Category`,
    country: t`Country`,
    days: t`Days`,
    email: t`E-mail`,
    gross: t`With VAT`,
    kind: t`Kind`,
    language: t`Language`,
    lines: t`Lines`,
    listing: t`Listing`,
    method: t`How`,
    month: t`Month`,
    name: t`Name`,
    net: t`Before VAT`,
    note: t`Remark`,
    number: t`Number`,
    payouts: t`Payouts`,
    price: t`Price`,
    reason: t`Why`,
    reference: t`Reference`,
    role: t`Role`,
    roles: t`Roles`,
    scopes: t`Rights`,
    segment: t`Segment`,
    state: t`State`,
    statements: t`Statements`,
    status: t`State`,
    times: t`Times`,
    url: t`Address`,
    verification: t`Identity`,
  };
  const words: Record<string, string> = {
    password: t`password`,
    passkey: t`passkey`,
    oidc: t`the company’s sign-in`,
    recovery_code: t`recovery code`,
    verified: t`verified`,
    unverified: t`not verified`,
    refused: t`refused`,
    admin: t`administrator`,
    finance: t`finance`,
    partner_manager: t`partner manager`,
    auditor: t`auditor`,
    owner: t`owner`,
    buyer: t`buyer`,
    placed: t`placed`,
    paid: t`paid`,
  };
  const value = (of: unknown, one: string): string => {
    if (of === null || of === undefined) return "–";
    if (typeof of === "boolean") return of ? t`yes` : t`no`;
    if (typeof of === "number") return f.number(of);
    if (Array.isArray(of)) return of.map((each) => value(each, one)).join(", ");
    if (typeof of === "object") return isMoney(of) ? f.money(of) : JSON.stringify(of);
    const text = String(of);
    return /^\d{4}-\d\d-\d\dT\d\d:/.test(text) ? f.date(text) : CODES.has(one) ? (words[text] ?? text) : text;
  };
  return { name: (one: string) => names[one] ?? one.replaceAll("_", " "), value };
}

const isMoney = (of: object): of is { amount_minor: number; currency: string } =>
  "amount_minor" in of && "currency" in of && Object.keys(of).length === 2;
