import { useLingui } from "@lingui/react/macro";
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { api } from "../api/client";

const HANDS_REST_MS = 300;

/** One of the organisations, found by the beginning of its name. */
export function ChooseOrganisation({
  label,
  value,
  onChange,
  error,
  required = true,
}: {
  label: string;
  value?: string;
  onChange?: (id: string) => void;
  error?: ReactNode;
  required?: boolean;
}) {
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed.trim(), HANDS_REST_MS);
  const found = api.useQuery("get", "/api/office/organisations", {
    params: { query: { limit: 20, ...(q ? { q } : {}) } },
  });
  const chosen = api.useQuery(
    "get",
    "/api/office/organisations",
    { params: { query: { id: value ? [value] : [], limit: 1 } } },
    { enabled: Boolean(value) },
  );
  const known = [...(value ? (chosen.data?.items ?? []) : []), ...(found.data?.items ?? [])];
  const options = [...new Map(known.map(({ id, name }) => [id, { value: id, label: name }])).values()];
  return (
    <Select
      label={label}
      placeholder={t`Name or reference`}
      required={required}
      searchable
      data={options}
      filter={({ options: all }) => all}
      value={value || null}
      onChange={(id) => onChange?.(id ?? "")}
      onSearchChange={setTyped}
      nothingFoundMessage={t`Nobody is called so`}
      error={error}
    />
  );
}
