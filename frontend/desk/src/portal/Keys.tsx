import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, CopyButton, Group, NativeSelect, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Confirm } from "../desk/Confirm";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { useDeskForm } from "../desk/form";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { IconCheck, IconCopy, IconPlus } from "../ui/icons";
import { Pill } from "../ui/Pill";
import css from "./Keys.module.css";

const route = getRouteApi("/portal/keys");
type Key = Schema["ApiKey"];
const reread = () => queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/api-keys"] });
/** A key never makes keys or changes the team, whoever makes it. */
const NEVER = ["portal:key:write", "portal:team:write", "portal:webhook:write"];

export function Keys() {
  const search = route.useSearch();
  const { t } = useLingui();
  const { can } = useSession();
  const mayWrite = can("portal:key:write");
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key>();
  const query = useQuery({
    ...api.queryOptions("get", "/api/portal/api-keys", {
      params: { query: { limit: 50, after: search.after } },
    }),
    placeholderData: keepPreviousData,
  });
  const make = mayWrite ? (
    <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      <Trans>New key</Trans>
    </Button>
  ) : undefined;
  return (
    <Page
      title={<Trans>API keys</Trans>}
      about={
        <Trans>
          For your own programs. What each address answers stands in the <a href="/api/docs">reference</a>.
        </Trans>
      }
      actions={make}
    >
      <DataTable
        caption={t`API keys`}
        columns={useColumns(mayWrite, setRevoking)}
        query={query}
        rowKey={(row) => row.id}
        search={search}
        pageSize={4}
        empty={
          <Empty title={<Trans>No key yet</Trans>} action={make}>
            <Trans>
              With a key a program of yours reads sales and statements without anybody’s password.
            </Trans>
          </Empty>
        }
      />
      <Dialog
        opened={making}
        onClose={() => setMaking(false)}
        title={<Trans>New API key</Trans>}
        size="lg"
        closeOnClickOutside={false}
      >
        <NewKey onDone={() => setMaking(false)} />
      </Dialog>
      <Revoke apiKey={revoking} onClose={() => setRevoking(undefined)} />
    </Page>
  );
}

function useColumns(mayWrite: boolean, revoke: (row: Key) => void): Column<Key>[] {
  const { t } = useLingui();
  const ended = (row: Key) =>
    row.revoked_at !== null || (row.expires_at !== null && new Date(row.expires_at) < new Date());
  return [
    { key: "name", label: <Trans>Name</Trans>, cell: (row) => <b>{row.name}</b> },
    { key: "id", label: <Trans>Key</Trans>, cell: (row) => <code>{row.id}…</code>, faint: true },
    { key: "scopes", label: <Trans>May</Trans>, cell: (row) => <Scopes scopes={row.scopes} /> },
    {
      key: "made",
      label: <Trans>Made on</Trans>,
      cell: (row) => <Moment at={row.created_at} day />,
      faint: true,
    },
    {
      key: "used",
      label: <Trans>Last used</Trans>,
      cell: (row) => (row.last_used_at ? <Moment at={row.last_used_at} day /> : t`Never`),
      faint: true,
    },
    {
      key: "state",
      label: <Trans>State</Trans>,
      cell: (row) =>
        row.revoked_at ? (
          <Pill tone="bad">
            <Trans>Revoked</Trans>
          </Pill>
        ) : ended(row) ? (
          <Pill>
            <Trans>Ended</Trans>
          </Pill>
        ) : (
          <Pill tone="good">
            <Trans>Valid</Trans>
          </Pill>
        ),
    },
    {
      key: "until",
      label: <Trans>Until</Trans>,
      cell: (row) => (row.expires_at ? <Moment at={row.expires_at} day /> : t`No end`),
      faint: true,
    },
    ...(mayWrite
      ? [
          {
            key: "do",
            label: <span className="sr">{<Trans>Actions</Trans>}</span>,
            numeric: true,
            cell: (row: Key) =>
              ended(row) ? null : (
                <Button size="compact-sm" variant="default" onClick={() => revoke(row)}>
                  <Trans>Revoke</Trans>
                  <span className="sr"> {row.name}</span>
                </Button>
              ),
          },
        ]
      : []),
  ];
}

function Scopes({ scopes }: { scopes: string[] }) {
  const words = useScopeWords();
  const [first, ...others] = scopes;
  if (!first) return "–";
  return (
    <span title={scopes.map(words).join("\n")}>
      {words(first)}
      {others.length > 0 ? ` +${others.length}` : ""}
    </span>
  );
}

function useScopeWords() {
  const { t } = useLingui();
  const words: Record<string, string> = {
    "portal:organisation:read": t`Read the organisation`,
    "portal:organisation:write": t`Change the organisation`,
    "portal:listing:read": t`Read listings`,
    "portal:listing:write": t`Create, publish and price listings`,
    "portal:sale:read": t`Read sales`,
    "portal:statement:read": t`Read statements`,
    "portal:payout:read": t`Read payouts`,
    "portal:account:read": t`Read the state of the bank account`,
    "portal:account:write": t`Open Stripe’s page for the bank account`,
    "portal:report:read": t`Read reports`,
    "portal:audit:read": t`Read the audit log`,
    "portal:key:read": t`See the API keys`,
    "portal:team:read": t`See the team`,
    "portal:webhook:read": t`See the webhooks and what they were sent`,
    "store:order:read": t`Read orders`,
    "store:order:write": t`Place orders`,
  };
  return (scope: string) => words[scope] ?? scope;
}

function NewKey({ onDone }: { onDone: () => void }) {
  const { t } = useLingui();
  const { scopes } = useSession();
  const words = useScopeWords();
  const [made, setMade] = useState<string>();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { name: "", scopes: [] as string[], days: "90" },
    validate: {
      name: (value) => (value.trim() ? null : t`A name is needed`),
      scopes: (value) => (value.length > 0 ? null : t`Choose at least one`),
    },
    submit: async ({ name, scopes, days }) => {
      const expires_at = days ? new Date(Date.now() + Number(days) * 86_400_000).toISOString() : null;
      const { data, error } = await http.POST("/api/portal/api-keys", {
        body: { name: name.trim(), scopes, expires_at },
      });
      if (error) throw error;
      setMade(data.key);
      await reread();
    },
  });
  if (made) return <Made secret={made} onDone={onDone} />;
  const possible = scopes.filter((scope) => !NEVER.includes(scope));
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <TextInput
        label={t`Name`}
        description={t`Says where the key is used`}
        required
        maxLength={200}
        data-autofocus
        {...form.getInputProps("name")}
      />
      <Checkbox.Group label={t`What it may do`} required {...form.getInputProps("scopes")}>
        <div className={css.scopes}>
          {possible.map((scope) => (
            <Checkbox key={scope} value={scope} label={words(scope)} size="sm" />
          ))}
        </div>
      </Checkbox.Group>
      <NativeSelect
        label={t`Valid for`}
        data={[
          { value: "30", label: t`30 days` },
          { value: "90", label: t`90 days` },
          { value: "365", label: t`One year` },
          { value: "", label: t`No end` },
        ]}
        {...form.getInputProps("days")}
      />
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          <Trans>Make the key</Trans>
        </Button>
      </Group>
    </form>
  );
}

function Made({ secret, onDone }: { secret: string; onDone: () => void }) {
  const { t } = useLingui();
  return (
    <div role="status">
      <p style={{ marginTop: 0 }}>
        <Trans>
          This is the only time that the key is shown. Put it where your program keeps its secrets.
        </Trans>
      </p>
      <div className={css.secret}>
        <code>{secret}</code>
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button
              size="compact-sm"
              variant="default"
              onClick={copy}
              leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
            >
              {copied ? t`Copied` : t`Copy`}
            </Button>
          )}
        </CopyButton>
      </div>
      <Group justify="flex-end" mt="md">
        <Button onClick={onDone}>
          <Trans>I have kept it</Trans>
        </Button>
      </Group>
    </div>
  );
}

function Revoke({ apiKey, onClose }: { apiKey: Key | undefined; onClose: () => void }) {
  const { t } = useLingui();
  const run = async (id: string) => {
    const { error } = await http.DELETE("/api/portal/api-keys/{key_id}", {
      params: { path: { key_id: id } },
    });
    if (error) throw error;
    await reread();
  };
  return (
    <Confirm
      danger
      about={apiKey?.id}
      title={t`Revoke ${apiKey?.name ?? ""}?`}
      action={<Trans>Revoke</Trans>}
      run={run}
      onClose={onClose}
    >
      <p>
        <Trans>Programs that use it are refused from now on. It cannot be brought back.</Trans>
      </p>
    </Confirm>
  );
}
