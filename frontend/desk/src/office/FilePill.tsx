import { useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import { Pill, type Tone } from "../ui/Pill";

type State = Schema["ChargeFileView"]["state"];
const TONES: Record<State, Tone> = {
  checking: "accent",
  checked: "warn",
  importing: "accent",
  imported: "good",
  failed: "bad",
  dropped: "neutral",
};

export function FilePill({ state }: { state: State }) {
  const { t } = useLingui();
  const words: Record<State, string> = {
    checking: t`Being tried`,
    checked: t`To be decided`,
    importing: t`Being recorded`,
    imported: t`Done`,
    failed: t`Cannot be read`,
    dropped: t`Dropped`,
  };
  return <Pill tone={TONES[state]}>{words[state]}</Pill>;
}
