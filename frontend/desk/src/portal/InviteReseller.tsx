import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { http, queryClient, type Schema } from "../api/client";
import { isProblem } from "../api/problem";
import { Confirm } from "../desk/Confirm";
import { useAction, useDeskForm } from "../desk/form";
import { ProblemAlert } from "../desk/problems";
import { countries } from "../i18n/countries";
import { useWords } from "./words";

type Asked = Schema["ResellerIn"];
const SEGMENTS: Asked["segment"][] = ["tpe", "pme", "eti", "large_account", "public_body", "local_authority"];
const BILLINGS: NonNullable<Asked["billing"]>[] = ["wholesaler", "operator"];

/** Whose invitation waits. */
export interface WaitingFor {
  id: string;
  name: string;
  email: string;
}

export function useBilled(): Record<NonNullable<Asked["billing"]>, string> {
  const { t } = useLingui();
  return { wholesaler: t`The wholesaler`, operator: t`The operator` };
}

/** A new letter; the link of the one before opens nothing any more. */
export async function sendAgain(id: string) {
  const { error } = await http.POST("/api/portal/network/resellers/{organisation_id}/invitation", {
    params: { path: { organisation_id: id } },
    headers: { "idempotency-key": crypto.randomUUID() },
  });
  if (error) throw error;
  await reload();
}

const reload = () => queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/network"] });
const plain = (siren: string) => siren.replace(/\s/g, "");

/** The refusal of a second invitation names the first. */
function waitingFor(error: unknown): WaitingFor | undefined {
  if (!isProblem(error) || error.code !== "reseller-invited") return undefined;
  const { organisation_id, name, email } = error.facts ?? {};
  return { id: String(organisation_id), name: String(name), email: String(email) };
}

function Again({
  one,
  onDone,
  onWithdraw,
}: {
  one: WaitingFor;
  onDone: (email: string) => void;
  onWithdraw: (one: WaitingFor) => void;
}) {
  const again = useAction(async () => {
    await sendAgain(one.id);
    onDone(one.email);
  });
  return (
    <>
      <ProblemAlert error={again.error} />
      <Group gap={6}>
        <Button size="compact-sm" variant="default" loading={again.pending} onClick={() => again.run()}>
          <Trans>Send it again</Trans>
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => onWithdraw(one)}>
          <Trans>Withdraw it</Trans>
        </Button>
      </Group>
    </>
  );
}

/** Asks why; then the link opens nothing, and the reseller leaves the network. */
export function WithdrawInvitation({
  about,
  onClose,
}: {
  about: WaitingFor | undefined;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const [reason, setReason] = useState("");
  const close = () => {
    setReason("");
    onClose();
  };
  return (
    <Confirm
      about={about}
      title={t`Withdraw the invitation of ${about?.name ?? ""}?`}
      action={<Trans>Withdraw the invitation</Trans>}
      danger
      ready={reason.trim() !== ""}
      onClose={close}
      run={async (one) => {
        const { error } = await http.POST("/api/portal/network/resellers/{organisation_id}/withdrawal", {
          params: { path: { organisation_id: one.id } },
          headers: { "idempotency-key": crypto.randomUUID() },
          body: { reason: reason.trim() },
        });
        if (error) throw error;
        await reload();
      }}
    >
      <p>
        <Trans>The link in the letter opens nothing any more, and the company leaves your network.</Trans>
      </p>
      <Textarea
        label={t`Why`}
        required
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  );
}

export function InviteReseller({
  onDone,
  onWithdraw,
}: {
  onDone: (email: string) => void;
  onWithdraw: (one: WaitingFor) => void;
}) {
  const { t, i18n } = useLingui();
  const words = useWords();
  const billed = useBilled();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    draft: "reseller",
    initialValues: {
      name: "",
      email: "",
      country: "FR",
      segment: "tpe",
      siren: "",
      billing: "wholesaler",
      language: i18n.locale === "fr" ? "fr" : "en",
    } as Asked & Record<string, unknown>,
    validate: {
      name: (value) => (value.trim() ? null : t`The name of the company`),
      email: (value) => (/^\S+@\S+\.\S+$/.test(value) ? null : t`An address of mail`),
      siren: (value) => (!value || /^[0-9]{9}$/.test(plain(value)) ? null : t`Nine digits`),
    },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/portal/network/resellers", {
        headers: { "idempotency-key": key },
        body: { ...values, siren: plain(values.siren ?? "") || null },
      });
      if (error) throw error;
      await queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/network"] });
      onDone(values.email);
    },
  });
  const waits = waitingFor(error);
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert
        error={error}
        rest={rest}
        action={waits ? <Again one={waits} onDone={onDone} onWithdraw={onWithdraw} /> : undefined}
      />
      <TextInput label={t`Company`} required data-autofocus {...form.getInputProps("name")} />
      <TextInput
        label={t`Address of mail of its owner`}
        type="email"
        required
        {...form.getInputProps("email")}
      />
      <TextInput
        label={t`SIREN`}
        description={t`If you know it: nobody is invited twice.`}
        inputMode="numeric"
        {...form.getInputProps("siren")}
        value={form.values.siren ?? ""}
      />
      <NativeSelect label={t`Country`} data={countries(i18n.locale)} {...form.getInputProps("country")} />
      <NativeSelect
        label={t`Size`}
        data={SEGMENTS.map((value) => ({ value, label: words.segment(value) }))}
        {...form.getInputProps("segment")}
      />
      <NativeSelect
        label={t`Its invoices come from`}
        description={t`The operator’s own bills pay you your margin with your statement.`}
        data={BILLINGS.map((value) => ({ value, label: billed[value] }))}
        {...form.getInputProps("billing")}
      />
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          <Trans>Send the invitation</Trans>
        </Button>
      </Group>
    </form>
  );
}
