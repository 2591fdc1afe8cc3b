import { useLingui } from "@lingui/react/macro";
import { NativeSelect, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { IconSearch } from "../ui/icons";
import { day } from "../ui/search";
import css from "./Filters.module.css";

/** Writes filters into the address; the list begins anew. */
export function useFilter() {
  const navigate = useNavigate();
  return (changes: Record<string, string | undefined>) =>
    navigate({
      to: ".",
      search: ((old: object) => ({ ...old, after: undefined, ...changes })) as never,
      state: (old) => ({ ...old, trail: [] }),
      resetScroll: false,
    });
}

/** One of several words, or any. */
export function Choice({
  label,
  name,
  value,
  options,
}: {
  label: string;
  /** Of the filter in the address. */
  name: string;
  value: string | undefined;
  options: { value: string; label: string }[];
}) {
  const filter = useFilter();
  return (
    <NativeSelect
      size="sm"
      aria-label={label}
      value={value ?? ""}
      onChange={(event) => filter({ [name]: event.currentTarget.value || undefined })}
      data={[{ value: "", label }, ...options]}
    />
  );
}

/** The beginning of a name; asked for when the hands rest. */
export function Search({ label, name, value }: { label: string; name: string; value: string | undefined }) {
  const filter = useFilter();
  const [typed, setTyped] = useState(value ?? "");
  const later = useDebouncedCallback((text: string) => filter({ [name]: text.trim() || undefined }), 300);
  useEffect(() => setTyped(value ?? ""), [value]);
  return (
    <TextInput
      size="sm"
      type="search"
      className={css.search}
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={15} />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        later(event.currentTarget.value);
      }}
    />
  );
}

/** From one day to another, both included. */
export function Days({ since, until }: { since: string | undefined; until: string | undefined }) {
  const { t } = useLingui();
  return (
    <div className={css.days}>
      <Day label={t`From`} name="since" value={since} />
      <Day label={t`To`} name="until" value={until} />
    </div>
  );
}

/** A day of the reader's calendar; a half-typed one is not asked for yet. */
function Day({ label, name, value }: { label: string; name: string; value: string | undefined }) {
  const filter = useFilter();
  const [typed, setTyped] = useState(value ?? "");
  useEffect(() => setTyped(value ?? ""), [value]);
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: TextInput is one
    <label className={css.day}>
      {label}
      <TextInput
        size="sm"
        type="date"
        value={typed}
        onChange={({ currentTarget: { value: text } }) => {
          setTyped(text);
          if (!text || day(text)) void filter({ [name]: text || undefined });
        }}
      />
    </label>
  );
}

/** Words by what they are called, in the order of their letters. */
export const optionsOf = (words: Record<string, string>) =>
  Object.entries(words)
    .map(([value, label]) => ({ value, label }))
    .sort((one, other) => one.label.localeCompare(other.label));
