import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { http, queryClient, type Schema } from "../api/client";
import { useDeskForm } from "../desk/form";
import { countries } from "../i18n/countries";
import { bare, useNumberRefusal } from "./numbers";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";
import { useWords } from "./words";

type Asked = Schema["OrganisationIn"];
const ROLES: Asked["roles"] = ["isv", "vai", "wholesaler", "reseller", "startup", "buyer", "supplier"];
const REGIMES = ["fr_registered", "fr_franchise_293b", "eu_reverse_charge", "non_eu"];

/** A new organisation in one or more roles, not yet checked. */
export function NewPartner() {
  const { t, i18n } = useLingui();
  const words = useWords();
  const navigate = useNavigate();
  const beside = useNumberRefusal();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    draft: "partner",
    initialValues: {
      name: "",
      reference: "",
      roles: [] as string[],
      segment: "pme",
      country: "FR",
      vat_regime: "fr_registered",
      siren: "",
      siret: "",
      vat_number: "",
      email: "",
      language: "fr",
    },
    validate: {
      name: (value) => (value.trim() ? null : t`The name of the company`),
      reference: (value) =>
        /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/.test(value) ? null : t`Letters, digits and . _ : - only`,
      roles: (value) => (value.length ? null : t`One role at least`),
    },
    submit: async (values, key) => {
      const { data, error } = await http.POST("/api/office/organisations", {
        headers: { "idempotency-key": key },
        body: {
          ...(values as unknown as Asked),
          siren: bare(values.siren),
          siret: bare(values.siret),
          vat_number: bare(values.vat_number),
          email: values.email.trim() || null,
        },
      });
      if (error) throw beside(error);
      await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/organisations"] });
      await navigate({ to: "/office/partners/$organisationId", params: { organisationId: data.id } });
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate className={css.form}>
      <ProblemAlert error={error} rest={rest} />
      <TextInput label={t`Company`} required data-autofocus {...form.getInputProps("name")} />
      <TextInput
        label={t`Reference`}
        description={t`Your own short name for it, for ever.`}
        required
        {...form.getInputProps("reference")}
      />
      <Checkbox.Group label={t`Roles`} required {...form.getInputProps("roles")}>
        <div className={css.formRow} style={{ marginTop: 8 }}>
          {ROLES.map((role) => (
            <Checkbox key={role} value={role} label={words.role(role)} />
          ))}
        </div>
      </Checkbox.Group>
      <div className={css.formRow}>
        <NativeSelect
          label={t`Segment`}
          data={Object.entries(words.segments).map(([value, label]) => ({ value, label }))}
          {...form.getInputProps("segment")}
        />
        <NativeSelect label={t`Country`} data={countries(i18n.locale)} {...form.getInputProps("country")} />
      </div>
      <NativeSelect
        label={t`VAT`}
        data={REGIMES.map((value) => ({ value, label: words.regime(value) }))}
        {...form.getInputProps("vat_regime")}
      />
      <div className={css.formRow}>
        <TextInput label={t`SIREN`} inputMode="numeric" {...form.getInputProps("siren")} />
        <TextInput label={t`SIRET`} inputMode="numeric" {...form.getInputProps("siret")} />
        <TextInput label={t`VAT number`} {...form.getInputProps("vat_number")} />
      </div>
      <div className={css.formRow}>
        <TextInput label={t`E-mail`} type="email" {...form.getInputProps("email")} />
        <NativeSelect
          label={t`Language of documents`}
          data={[
            { value: "fr", label: t`French` },
            { value: "en", label: t`English` },
          ]}
          {...form.getInputProps("language")}
        />
      </div>
      <div className={css.formEnd}>
        <Button type="submit" loading={pending}>
          <Trans>Create the organisation</Trans>
        </Button>
      </div>
    </form>
  );
}
