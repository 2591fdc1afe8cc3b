import { Trans, useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";

export type Declaration = Schema["DeclarationView"];

/** From so many days before its last one on, something is said to end soon. */
export const SOON = 60;

/** What can be declared, and is shown by an organisation. */
export function useDeclaredKinds(): Record<Declaration["kind"], string> {
  const { t } = useLingui();
  return {
    certificate: t`Certificate`,
    reference: t`Customer reference`,
    training: t`Training`,
    support_contract: t`Support contract`,
  };
}

/** How long something still counts, that day included; without an end, for ever. */
export function UntilPill({ name, until, today }: { name?: string; until: string | null; today: string }) {
  const { t } = useLingui();
  const f = useFormat();
  const said = (text: string) => (name ? `${name} · ${text}` : text);
  if (until === null) return <Pill tone="good">{said(t`no end`)}</Pill>;
  const day = f.date(until);
  if (until < today) return <Pill tone="bad">{said(t`expired on ${day}`)}</Pill>;
  const left = (new Date(until).getTime() - new Date(today).getTime()) / 86_400_000;
  return <Pill tone={left <= SOON ? "warn" : "good"}>{said(t`to ${day}`)}</Pill>;
}

export function DeclarationPill({ state }: { state: Declaration["state"] }) {
  if (state === "accepted")
    return (
      <Pill tone="good">
        <Trans>Accepted</Trans>
      </Pill>
    );
  if (state === "refused")
    return (
      <Pill tone="bad">
        <Trans>Not accepted</Trans>
      </Pill>
    );
  if (state === "withdrawn")
    return (
      <Pill>
        <Trans>Withdrawn</Trans>
      </Pill>
    );
  return (
    <Pill tone="warn">
      <Trans>Being checked</Trans>
    </Pill>
  );
}
