import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { DataTable } from "../desk/DataTable";
import { useAction, useDeskForm } from "../desk/form";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Page, Panel, Terms } from "../desk/Page";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { IconPlus } from "../ui/icons";
import { Pill } from "../ui/Pill";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";
import { ROLES, type StaffRole, useStaffWords } from "./staff";

type Colleague = Schema["Colleague"];

const keep = (data: Schema["Colleagues"]) =>
  queryClient.setQueryData(api.queryOptions("get", "/api/office/people", {}).queryKey, data);

/** The operator's own people: who works here in which roles, and what each role is for. */
export function Colleagues() {
  const { t } = useLingui();
  const { can, person } = useSession();
  const words = useStaffWords();
  const mayWrite = can("office:person:write");
  const query = api.useQuery("get", "/api/office/people", {});
  const [adding, setAdding] = useState(false);
  const [added, setAdded] = useState<string>();
  const [changing, setChanging] = useState<Colleague>();
  return (
    <Page
      title={<Trans>Colleagues</Trans>}
      about={<Trans>Who works here, and what each may do.</Trans>}
      actions={
        mayWrite ? (
          <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
            <Trans>Add a colleague</Trans>
          </Button>
        ) : undefined
      }
    >
      {added ? (
        <Notice tone="good" title={t`A letter is on its way to ${added}`}>
          <Trans>Its link, to choose a password, holds for an hour; “Forgotten” asks for a new one.</Trans>
        </Notice>
      ) : null}
      <DataTable
        caption={t`Colleagues`}
        query={{ ...query, data: query.data ? { items: query.data.people } : undefined }}
        rowKey={(row) => row.person_id}
        empty={null}
        pageSize={4}
        columns={[
          {
            key: "name",
            label: t`Name`,
            cell: (row) => (
              <>
                <b>{row.name}</b> {row.person_id === person?.id ? <Trans>(you)</Trans> : null}
              </>
            ),
          },
          { key: "email", label: t`E-mail`, faint: true, cell: (row) => row.email },
          {
            key: "roles",
            label: t`Roles`,
            cell: (row) => (
              <>
                {row.roles.map((role) => words[role as StaffRole]?.name ?? role).join(", ")}{" "}
                {row.has_password ? null : <Pill tone="warn">{t`Has not come yet`}</Pill>}
              </>
            ),
          },
          { key: "since", label: t`Since`, faint: true, cell: (row) => <Moment at={row.since} day /> },
          ...(mayWrite
            ? [
                {
                  key: "do",
                  label: <span className="sr">{t`Actions`}</span>,
                  numeric: true,
                  cell: (row: Colleague) => (
                    <Button size="compact-sm" variant="default" onClick={() => setChanging(row)}>
                      <Trans>Change roles</Trans>
                      <span className="sr"> {row.name}</span>
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      <Panel title={<Trans>What each role is for</Trans>}>
        <Terms items={ROLES.map((role) => [words[role].name, words[role].what])} />
      </Panel>
      <Dialog opened={adding} onClose={() => setAdding(false)} title={<Trans>Add a colleague</Trans>}>
        <Add
          onDone={(email) => {
            setAdding(false);
            setAdded(email);
          }}
        />
      </Dialog>
      <Dialog
        opened={changing !== undefined}
        onClose={() => setChanging(undefined)}
        title={t`Roles of ${changing?.name ?? ""}`}
      >
        {changing ? <Change one={changing} onDone={() => setChanging(undefined)} /> : null}
      </Dialog>
    </Page>
  );
}

function Roles({
  value,
  onChange,
  error,
}: {
  value: string[];
  onChange: (roles: string[]) => void;
  error?: ReactNode;
}) {
  const { t } = useLingui();
  const words = useStaffWords();
  return (
    <Checkbox.Group label={t`Roles`} value={value} onChange={onChange} error={error}>
      <div className={css.formRow} style={{ marginTop: 8 }}>
        {ROLES.map((role) => (
          <Checkbox key={role} value={role} label={words[role].name} />
        ))}
      </div>
    </Checkbox.Group>
  );
}

function Add({ onDone }: { onDone: (email: string) => void }) {
  const { t } = useLingui();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { name: "", email: "", roles: [] as string[], language: "fr" },
    validate: {
      name: (value) => (value.trim() ? null : t`The colleague’s name`),
      email: (value) => (/^\S+@\S+\.\S+$/.test(value) ? null : t`An address of mail`),
      roles: (value) => (value.length ? null : t`One role at least`),
    },
    submit: async (values, key) => {
      const { data, error } = await http.POST("/api/office/people", {
        headers: { "idempotency-key": key },
        body: values as unknown as Schema["ColleagueIn"],
      });
      if (error) throw error;
      keep(data);
      onDone(values.email);
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate className={css.form}>
      <ProblemAlert error={error} rest={rest} />
      <TextInput label={t`Name`} required data-autofocus {...form.getInputProps("name")} />
      <TextInput label={t`E-mail`} type="email" required {...form.getInputProps("email")} />
      <Roles
        value={form.values.roles}
        onChange={(roles) => form.setFieldValue("roles", roles)}
        error={form.errors.roles}
      />
      <NativeSelect
        label={t`Language of letters`}
        data={[
          { value: "fr", label: t`French` },
          { value: "en", label: t`English` },
        ]}
        {...form.getInputProps("language")}
      />
      <div className={css.formEnd}>
        <Button type="submit" loading={pending}>
          <Trans>Add</Trans>
        </Button>
      </div>
    </form>
  );
}

function Change({ one, onDone }: { one: Colleague; onDone: () => void }) {
  const [roles, setRoles] = useState<string[]>(one.roles);
  const save = useAction(async () => {
    const { data, error } = await http.PUT("/api/office/people/{person_id}", {
      params: { path: { person_id: one.person_id } },
      body: { roles: roles as StaffRole[] },
    });
    if (error) throw error;
    keep(data);
    onDone();
  });
  return (
    <div className={css.form}>
      <ProblemAlert error={save.error} />
      <Roles value={roles} onChange={setRoles} />
      {roles.length === 0 ? (
        <Notice tone="warn" title={<Trans>Without a role they are out</Trans>}>
          <Trans>They are signed out of the office at once. What they did stays in the audit log.</Trans>
        </Notice>
      ) : null}
      <div className={css.formEnd}>
        <Button
          loading={save.pending}
          onClick={() => save.run()}
          {...(roles.length === 0 ? { color: "danger" } : {})}
        >
          {roles.length === 0 ? <Trans>Take all roles away</Trans> : <Trans>Save</Trans>}
        </Button>
      </div>
    </div>
  );
}
