import { useFormat } from "../i18n/format";
import css from "./Tabs.module.css";

/** A choice of one filter with how many there are behind each. */
export function Tabs<T extends string>({
  label,
  items,
  value,
  onChange,
}: {
  label: string;
  items: { value: T | undefined; label: string; count?: number | undefined }[];
  value: T | undefined;
  onChange: (value: T | undefined) => void;
}) {
  const f = useFormat();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a form's looks with it
    <div className={css.tabs} role="group" aria-label={label}>
      {items.map((item) => (
        <button
          key={item.value ?? ""}
          type="button"
          className={css.tab}
          aria-pressed={item.value === value}
          onClick={() => onChange(item.value)}
        >
          {item.label}
          {item.count === undefined ? null : <span className="tnum">{f.number(item.count)}</span>}
        </button>
      ))}
    </div>
  );
}
