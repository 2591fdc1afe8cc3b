import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { Choice as OneOf, Search, useFilter } from "../desk/Filters";
import { useFormat } from "../i18n/format";
import { shiftMonth, ZONE } from "../i18n/text";
import css from "./office.module.css";

export { Search, useFilter };

/** One of a few words, or any. */
export function Choice({
  options,
  ...rest
}: {
  label: string;
  /** Of the filter in the address. */
  name: string;
  value: string | undefined;
  options: Record<string, string>;
}) {
  const words = Object.entries(options).map(([value, label]) => ({ value, label }));
  return <OneOf {...rest} options={words} />;
}

/** A month, or any. */
export function MonthChoice({
  label,
  name,
  value,
  months,
}: {
  label: string;
  name: string;
  value: string | undefined;
  months: string[];
}) {
  const f = useFormat();
  const all = value && !months.includes(value) ? [value, ...months] : months;
  return (
    <Choice
      label={label}
      name={name}
      value={value}
      options={Object.fromEntries(all.map((month) => [month, f.month(month)]))}
    />
  );
}

/** A cell of a small table; on a phone its row is a card, and it says what it is. */
export function Cell({ label, children }: { label: string; children: ReactNode }) {
  return (
    <td className={css.numeric}>
      <span className={css.cardLabel} aria-hidden="true">
        {label}
      </span>
      {children}
    </td>
  );
}

/** Shown where a filter leaves nothing. */
export function ShowAll({ names, also }: { names: string[]; also?: Record<string, string> }) {
  const filter = useFilter();
  return (
    <Button
      variant="default"
      size="sm"
      onClick={() => filter({ ...Object.fromEntries(names.map((name) => [name, undefined])), ...also })}
    >
      <Trans>Show all</Trans>
    </Button>
  );
}

/** A name above, something smaller below: the first cell of a row. */
export function Twice({ first, second }: { first: ReactNode; second?: ReactNode }) {
  return (
    <span className={css.twice}>
      <span>{first}</span>
      {second ? <small>{second}</small> : null}
    </span>
  );
}

/** Asked before something that cannot be taken back, on the page itself. */
export function Confirm({
  question,
  yes,
  tone = "accent",
  pending,
  onYes,
  onNo,
}: {
  question: ReactNode;
  yes: ReactNode;
  tone?: "accent" | "bad";
  pending: boolean;
  onYes: () => void;
  onNo: () => void;
}) {
  const { t } = useLingui();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a form's looks with it
    <div className={css.confirm} role="group" aria-label={t`Confirm`}>
      <p>{question}</p>
      <div>
        <Button
          loading={pending}
          color={tone === "bad" ? "danger" : undefined}
          onClick={onYes}
          data-autofocus
        >
          {yes}
        </Button>
        <Button variant="default" onClick={onNo} disabled={pending}>
          <Trans>Not now</Trans>
        </Button>
      </div>
    </div>
  );
}

/** The months of a select, newest first: from the present one in Paris back. */
export function lastMonths(count: number): string[] {
  const now = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit" });
  const month = now.format(new Date()).slice(0, 7);
  return Array.from({ length: count }, (_, index) => shiftMonth(month, -index));
}
