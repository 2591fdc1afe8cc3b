import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { http, type Schema } from "../api/client";
import { Confirm } from "../desk/Confirm";
import { useSession } from "../desk/session";
import css from "./office.module.css";
import { forgetProgrammes } from "./useProgramme";

export interface Withdrawable {
  kind: Schema["RuleIn"]["kind"] | "requirement_set";
  id: string;
  name: string;
}

/** Beside where a rule stands: it can be withdrawn until it begins. */
export function Announced({
  rule,
  kind,
  name,
  children,
}: {
  rule: { id: string; valid_from: string; withdrawn: Schema["Withdrawn"] | null };
  kind: Withdrawable["kind"];
  name: string;
  children: ReactNode;
}) {
  const { t } = useLingui();
  const { can } = useSession();
  const [gone, setGone] = useState<Withdrawable>();
  const isComing = !rule.withdrawn && rule.valid_from > new Date().toISOString();
  return (
    <span className={css.formEnd}>
      {children}
      {isComing && can("office:benefit:write") ? (
        <Button
          size="sm"
          variant="default"
          aria-label={t`Withdraw: ${name}`}
          onClick={() => setGone({ kind, id: rule.id, name })}
        >
          <Trans>Withdraw</Trans>
        </Button>
      ) : null}
      <WithdrawRule rule={gone} onClose={() => setGone(undefined)} />
    </span>
  );
}

/** Takes back what was announced and has not begun, with the reason that stays beside it. */
export function WithdrawRule({ rule, onClose }: { rule: Withdrawable | undefined; onClose: () => void }) {
  const { t } = useLingui();
  const [reason, setReason] = useState("");
  const run = async ({ kind, id }: Withdrawable) => {
    const why = reason.trim();
    const { error } =
      kind === "requirement_set"
        ? await http.POST("/api/office/requirements/{set_id}/withdrawal", {
            params: { path: { set_id: id } },
            body: { reason: why },
          })
        : await http.POST("/api/office/benefits/withdrawals", { body: { kind, id, reason: why } });
    if (error) throw error;
    setReason("");
    await forgetProgrammes();
  };
  return (
    <Confirm
      about={rule}
      title={rule ? t`Withdraw ${rule.name}?` : ""}
      action={<Trans>Withdraw it</Trans>}
      danger
      run={run}
      onClose={onClose}
    >
      <p className={css.note}>
        <Trans>It will not begin. It stays readable here, with the reason; another may be announced.</Trans>
      </p>
      <Textarea
        label={t`Reason`}
        required
        autosize
        minRows={2}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value.replaceAll("\n", " "))}
      />
    </Confirm>
  );
}
