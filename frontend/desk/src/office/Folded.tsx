import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import css from "./office.module.css";

const FIRST = 10;
/** So few more are not worth a button. */
const SPARE = 3;

/** The first rows of a long table that is here already; the others by a button below it. */
export function useFolded<Row>(rows: Row[]): { shown: Row[]; more: ReactNode } {
  const [whole, setWhole] = useState(false);
  const others = rows.length - FIRST;
  if (others <= SPARE) return { shown: rows, more: null };
  return {
    shown: whole ? rows : rows.slice(0, FIRST),
    more: (
      <div className={css.more}>
        <Button size="sm" variant="default" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? <Trans>Show the first {FIRST}</Trans> : <Trans>Show all {rows.length}</Trans>}
        </Button>
      </div>
    ),
  };
}
