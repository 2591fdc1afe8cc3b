import { NativeSelect, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { IconSearch } from "../ui/icons";

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
      w={220}
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
