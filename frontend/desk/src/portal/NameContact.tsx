import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { http, queryClient, type Schema } from "../api/client";
import { useDeskForm } from "../desk/form";
import { ProblemAlert } from "../desk/problems";

/** Who looks after a reseller: it sees the name and the address. */
export function NameContact({ reseller, onDone }: { reseller: Schema["LinkView"]; onDone: () => void }) {
  const { t } = useLingui();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { name: reseller.contact?.name ?? "", email: reseller.contact?.email ?? "" },
    validate: {
      name: (value) => (value.trim() ? null : t`Their name`),
      email: (value) => (/^\S+@\S+\.\S+$/.test(value) ? null : t`An address of mail`),
    },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/portal/network/resellers/{organisation_id}/contact", {
        params: { path: { organisation_id: reseller.organisation_id } },
        headers: { "idempotency-key": key },
        body: values,
      });
      if (error) throw error;
      await queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/network"] });
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <p style={{ margin: 0 }}>
        <Trans>The reseller sees whom to write to; nobody else does.</Trans>
      </p>
      <TextInput label={t`Name`} required data-autofocus {...form.getInputProps("name")} />
      <TextInput label={t`Address of mail`} type="email" required {...form.getInputProps("email")} />
      <div>
        <Button type="submit" loading={pending}>
          <Trans>Save</Trans>
        </Button>
      </div>
    </form>
  );
}
