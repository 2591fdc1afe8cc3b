import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { http, queryClient, type Schema } from "../api/client";
import { useDeskForm } from "../desk/form";
import { KINDS, useKindWords } from "../desk/kinds";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { bare, useNumberRefusal } from "./numbers";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";
import { useWords } from "./words";

type Organisation = Schema["OrganisationView"];

const reread = () => queryClient.invalidateQueries({ queryKey: ["get"] });

/** Buttons below what is known of an organisation: its roles, kinds and numbers are completed. */
export function PartnerParts({ one }: { one: Organisation }) {
  const { can } = useSession();
  const [open, setOpen] = useState<"kind" | "numbers">();
  if (!can("office:organisation:write")) return null;
  const close = () => setOpen(undefined);
  return (
    <div className={css.formEnd} style={{ marginTop: 14 }}>
      <Button size="sm" variant="default" onClick={() => setOpen("kind")}>
        <Trans>Add a role or sub-type</Trans>
      </Button>
      <Button size="sm" variant="default" onClick={() => setOpen("numbers")}>
        <Trans>Correct its numbers</Trans>
      </Button>
      <Dialog opened={open === "kind"} onClose={close} title={<Trans>Add a role or sub-type</Trans>}>
        <AddKind one={one} onDone={close} />
      </Dialog>
      <Dialog opened={open === "numbers"} onClose={close} title={<Trans>Numbers in the registers</Trans>}>
        <Numbers one={one} onDone={close} />
      </Dialog>
    </div>
  );
}

function AddKind({ one, onDone }: { one: Organisation; onDone: () => void }) {
  const { t } = useLingui();
  const words = useWords();
  const { kind: kindWord } = useKindWords();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { role: "vai", kind: "esn" },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/office/organisations/{organisation_id}/kinds", {
        params: { path: { organisation_id: one.id } },
        headers: { "idempotency-key": key },
        body: values as Schema["KindIn"],
      });
      if (error) throw error;
      await reread();
      onDone();
    },
  });
  const kinds = KINDS[form.values.role] ?? [];
  return (
    <form onSubmit={onSubmit} noValidate className={css.form}>
      <ProblemAlert error={error} rest={rest} />
      <NativeSelect
        label={t`Role`}
        data={Object.keys(KINDS).map((value) => ({ value, label: words.role(value) }))}
        value={form.values.role}
        onChange={(event) => {
          const role = event.currentTarget.value;
          form.setValues({ role, kind: KINDS[role]?.[0] ?? "" });
        }}
      />
      <NativeSelect
        label={t`Sub-type`}
        data={kinds.map((value) => ({ value, label: kindWord(value) }))}
        {...form.getInputProps("kind")}
      />
      <p className={css.note}>
        <Trans>It plays the role from now on; what it was before stays.</Trans>
      </p>
      <div className={css.formEnd}>
        <Button type="submit" loading={pending}>
          <Trans>Add</Trans>
        </Button>
      </div>
    </form>
  );
}

function Numbers({ one, onDone }: { one: Organisation; onDone: () => void }) {
  const { t } = useLingui();
  const beside = useNumberRefusal();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { siren: one.siren ?? "", siret: one.siret ?? "", vat_number: one.vat_number ?? "" },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/office/organisations/{organisation_id}/numbers", {
        params: { path: { organisation_id: one.id } },
        headers: { "idempotency-key": key },
        body: {
          siren: bare(values.siren),
          siret: bare(values.siret),
          vat_number: bare(values.vat_number),
        },
      });
      if (error) throw beside(error);
      await reread();
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate className={css.form}>
      <ProblemAlert error={error} rest={rest} />
      <TextInput label={t`SIREN`} inputMode="numeric" data-autofocus {...form.getInputProps("siren")} />
      <TextInput label={t`SIRET`} inputMode="numeric" {...form.getInputProps("siret")} />
      <TextInput label={t`VAT number`} {...form.getInputProps("vat_number")} />
      <p className={css.note}>
        <Trans>Their check digits are tested as you save. Empty: it has none.</Trans>
      </p>
      <div className={css.formEnd}>
        <Button type="submit" loading={pending}>
          <Trans>Save the numbers</Trans>
        </Button>
      </div>
    </form>
  );
}
