import type { Money } from "../i18n/text";
import { Amount } from "./Amount";
import css from "./Part.module.css";

/** The name of one of many columns of amounts: it takes two lines rather than push the sum out of sight. */
export const PartName = ({ children }: { children: string }) => <span className={css.name}>{children}</span>;

/** One part of a row's sum; where there is none, a dash lets the others be seen. */
export const PartAmount = ({ value }: { value: Money }) =>
  value.amount_minor === 0 ? <span className={css.none}>–</span> : <Amount value={value} />;
