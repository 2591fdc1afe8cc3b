import { useFormat } from "../i18n/format";
import type { Money } from "../i18n/text";

/** Money as the reader writes it; minor units come in, no float is made of them. */
export function Amount({
  value,
  sign,
  strong,
  taken,
}: {
  value: Money;
  sign?: boolean;
  strong?: boolean;
  /** It is taken off: written with a minus. */
  taken?: boolean;
}) {
  const f = useFormat();
  const shown = taken ? { ...value, amount_minor: -value.amount_minor } : value;
  const text = f.money(shown, sign === undefined ? {} : { sign });
  return strong ? <b className="tnum">{text}</b> : <span className="tnum">{text}</span>;
}
