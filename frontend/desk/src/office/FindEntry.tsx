import { useLingui } from "@lingui/react/macro";
import { TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { IconSearch } from "../ui/icons";

/** From a reference to its postings. */
export function FindEntry() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const [reference, setReference] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (reference.trim())
          void navigate({ to: "/office/ledger/entries", search: { reference: reference.trim() } });
      }}
    >
      <TextInput
        type="search"
        aria-label={t`Reference of an entry, such as sale:1234`}
        placeholder={t`Reference, such as sale:1234`}
        leftSection={<IconSearch size={15} />}
        value={reference}
        maxLength={200}
        w={260}
        onChange={(event) => setReference(event.currentTarget.value)}
      />
    </form>
  );
}
