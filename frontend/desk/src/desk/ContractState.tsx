import { useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import { Pill } from "../ui/Pill";

/** Whether a contract on prices counts today. */
export function ContractState({ state }: { state: Schema["OwnContract"]["state"] }) {
  const { t } = useLingui();
  if (state === "in_force") return <Pill tone="good">{t`In force`}</Pill>;
  if (state === "to_come") return <Pill tone="accent">{t`To come`}</Pill>;
  if (state === "replaced") return <Pill>{t`Replaced before it began`}</Pill>;
  return <Pill>{t`Has ended`}</Pill>;
}
