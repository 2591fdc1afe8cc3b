import type { ReactNode } from "react";
import css from "./office.module.css";
import own from "./programmes.module.css";

/** A cell of a table that is cards on a phone: there it says what it is. */
export function Named({
  label,
  numeric = false,
  children,
}: {
  label: string;
  numeric?: boolean;
  children: ReactNode;
}) {
  return (
    <td className={numeric ? css.numeric : own.named}>
      <span className={css.cardLabel} aria-hidden="true">
        {label}
      </span>
      <div>{children}</div>
    </td>
  );
}
