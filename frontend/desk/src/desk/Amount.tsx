import { useFormat } from "../i18n/format";
import type { Money } from "../i18n/text";

/** Money as the reader writes it; minor units come in, no float is made of them. */
export function Amount({ value, sign, strong }: { value: Money; sign?: boolean; strong?: boolean }) {
  const f = useFormat();
  const text = f.money(value, sign === undefined ? {} : { sign });
  return strong ? <b className="tnum">{text}</b> : <span className="tnum">{text}</span>;
}
