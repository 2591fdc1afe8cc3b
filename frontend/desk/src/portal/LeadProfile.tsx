import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Group, Switch, TextInput } from "@mantine/core";
import { http, type Schema } from "../api/client";
import { KINDS, REGIONS, SEGMENTS, useDealWords } from "../desk/deals";
import { useDeskForm } from "../desk/form";
import { ProblemAlert } from "../desk/problems";
import { useFormat } from "../i18n/format";
import { rereadDeals } from "./deals";
import css from "./Leads.module.css";

type Profile = Schema["LeadProfile"];
const NEAR = ["FR", "BE", "LU", "CH", "MC", "DE", "ES", "IT", "NL", "PT"];

/** Which leads the organisation wants: the same words by which they are routed. */
export function LeadProfile({ profile, onDone }: { profile: Profile | null; onDone: () => void }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useDealWords();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: {
      takes_leads: profile?.takes_leads ?? true,
      segments: (profile?.segments ?? ["tpe", "pme"]) as string[],
      countries: (profile?.countries ?? ["FR"]) as string[],
      regions: profile?.regions ?? [],
      kinds: (profile?.kinds ?? ["infrastructure"]) as string[],
      email: profile?.email ?? "",
    },
    validate: {
      email: (value) => (!value || /^\S+@\S+\.\S+$/.test(value) ? null : t`An address of mail`),
    },
    submit: async (values) => {
      const { error } = await http.PUT("/api/portal/lead-profile", {
        body: { ...values, email: values.email || null } as Profile,
      });
      if (error) throw error;
      await rereadDeals();
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate className={css.form}>
      <ProblemAlert error={error} rest={rest} />
      <Switch label={t`We take leads`} {...form.getInputProps("takes_leads", { type: "checkbox" })} />
      <Checkbox.Group label={t`Customers`} {...form.getInputProps("segments")}>
        <div className={css.checks}>
          {SEGMENTS.map((value) => (
            <Checkbox key={value} value={value} label={words.segments[value]} />
          ))}
        </div>
      </Checkbox.Group>
      <Checkbox.Group label={t`What they look for`} {...form.getInputProps("kinds")}>
        <div className={css.checks}>
          {KINDS.map((value) => (
            <Checkbox key={value} value={value} label={words.kinds[value]} />
          ))}
        </div>
      </Checkbox.Group>
      <Checkbox.Group label={t`Countries`} {...form.getInputProps("countries")}>
        <div className={css.checks}>
          {[...new Set([...NEAR, ...form.values.countries])].map((value) => (
            <Checkbox key={value} value={value} label={f.country(value)} />
          ))}
        </div>
      </Checkbox.Group>
      <Checkbox.Group label={t`Regions of France`} {...form.getInputProps("regions")}>
        <div className={css.checks}>
          {Object.entries(REGIONS).map(([value, label]) => (
            <Checkbox key={value} value={value} label={label} />
          ))}
        </div>
      </Checkbox.Group>
      <TextInput
        label={t`Letters about leads go to`}
        description={t`Empty: to the address of the organisation`}
        type="email"
        {...form.getInputProps("email")}
      />
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          <Trans>Save</Trans>
        </Button>
      </Group>
    </form>
  );
}
