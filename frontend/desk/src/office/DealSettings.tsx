import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { isAhead } from "../api/clock";
import { DataTable } from "../desk/DataTable";
import { useDeskForm } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { NumberInput } from "../desk/NumberField";
import { Page, Panel } from "../desk/Page";
import { here } from "../desk/rows";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { Pill } from "../ui/Pill";
import { AnnounceFields } from "./AnnounceFields";
import { firstOfNextMonth } from "./matrix";
import css from "./office.module.css";
import { midnightInParis } from "./paris";
import { ProblemAlert } from "./refusals";

type Setting = Schema["DealSettingView"];
type Name = Setting["name"];
const NAMES = ["protection_days", "warning_days", "answer_days"] as const satisfies readonly Name[];

/** How long a customer is protected and a partner may think: every value with the day it begins. */
export function DealSettings() {
  const { t } = useLingui();
  const { can } = useSession();
  const query = api.useQuery("get", "/api/office/deal-settings");
  const [changed, setChanged] = useState<Setting>();
  const names: Record<Name, string> = {
    protection_days: t`Days that an approved deal protects its customer`,
    warning_days: t`Days before its end that the partner is warned`,
    answer_days: t`Working days to answer a lead`,
  };
  return (
    <Page
      narrow
      title={<Trans>Protection and delays of deals</Trans>}
      about={<Trans>What begins later counts for what is decided then; what runs keeps its end.</Trans>}
    >
      <Loaded query={query} height={320}>
        {({ items }) =>
          NAMES.map((name) => {
            const values = items.filter((one) => one.name === name);
            const inForce = values.find((one) => !isAhead(one.valid_from));
            const days = inForce?.value ?? 0;
            const label = names[name];
            return (
              <Panel
                key={name}
                title={label}
                flush
                aside={
                  can("office:term:write") && inForce ? (
                    <Button
                      size="sm"
                      variant="default"
                      aria-label={t`Change: ${label}`}
                      onClick={() => setChanged(inForce)}
                    >
                      <Trans>Change</Trans>
                    </Button>
                  ) : (
                    <b>{plural(days, { one: "# day", other: "# days" })}</b>
                  )
                }
              >
                <DataTable
                  caption={label}
                  query={here(values)}
                  rowKey={(one) => one.valid_from}
                  empty={null}
                  columns={[
                    {
                      key: "value",
                      label: t`Days`,
                      numeric: true,
                      cell: (one) => <b>{one.value}</b>,
                    },
                    {
                      key: "from",
                      label: t`From`,
                      cell: (one) =>
                        one.valid_from < "2001" ? t`The beginning` : <Moment at={one.valid_from} day />,
                    },
                    {
                      key: "state",
                      label: t`State`,
                      cell: (one) =>
                        one === inForce ? (
                          <Pill tone="good">{t`In force`}</Pill>
                        ) : isAhead(one.valid_from) ? (
                          <Pill tone="accent">{t`To come`}</Pill>
                        ) : (
                          <Pill>{t`Over`}</Pill>
                        ),
                    },
                    { key: "note", label: t`Why`, cell: (one) => one.note },
                  ]}
                />
              </Panel>
            );
          })
        }
      </Loaded>
      <Dialog
        opened={changed !== undefined}
        onClose={() => setChanged(undefined)}
        title={changed ? names[changed.name] : ""}
        closeOnClickOutside={false}
      >
        {changed ? (
          <ChangeForm key={changed.name} setting={changed} onDone={() => setChanged(undefined)} />
        ) : null}
      </Dialog>
    </Page>
  );
}

interface Values extends Record<string, unknown> {
  value: number | string;
  valid_from: string;
  note: string;
}

function ChangeForm({ setting, onDone }: { setting: Setting; onDone: () => void }) {
  const { t } = useLingui();
  const { form, onSubmit, pending, error, rest } = useDeskForm<Values>({
    initialValues: { value: setting.value, valid_from: firstOfNextMonth(), note: "" },
    submit: async (values) => {
      const { error: refusal } = await http.POST("/api/office/deal-settings", {
        body: {
          name: setting.name,
          value: Number(values.value || 0),
          valid_from: midnightInParis(values.valid_from),
          note: values.note.trim(),
        },
      });
      if (refusal) throw refusal;
      await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/deal-settings"] });
      onDone();
    },
  });
  return (
    <form className={css.form} onSubmit={onSubmit}>
      <ProblemAlert error={error} rest={rest} />
      <NumberInput label={t`Days`} min={1} max={366} allowDecimal={false} {...form.getInputProps("value")} />
      <AnnounceFields inputProps={form.getInputProps} pending={pending} onCancel={onDone} />
    </form>
  );
}
