import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Confirm } from "../desk/Confirm";
import { type Column, DataTable } from "../desk/DataTable";
import { useAction, useDeskForm } from "../desk/form";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Page, Panel, Terms } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { IconPlus } from "../ui/icons";
import { useWords } from "./words";

type Member = Schema["Member"];
type Invitation = Schema["InvitationView"];
type Role = Schema["InvitationIn"]["role"];
const ROLES: Role[] = ["owner", "finance", "member", "buyer"];

const reread = () => queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/team"] });

export function Team() {
  const { t } = useLingui();
  const { can } = useSession();
  const mayWrite = can("portal:team:write");
  const team = api.useQuery("get", "/api/portal/team");
  const [inviting, setInviting] = useState(false);
  const [invited, setInvited] = useState<string>();
  const [leaving, setLeaving] = useState<Member>();
  const [withdrawing, setWithdrawing] = useState<Invitation>();
  const invitations = team.data?.invitations ?? [];
  return (
    <Page
      title={<Trans>Team</Trans>}
      about={<Trans>Who works for your organisation here, and what each may do.</Trans>}
      actions={
        mayWrite ? (
          <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => setInviting(true)}>
            <Trans>Invite somebody</Trans>
          </Button>
        ) : undefined
      }
    >
      {invited ? (
        <Notice tone="good" title={t`The invitation to ${invited} is on its way`}>
          <Trans>Its link holds for seven days.</Trans>
        </Notice>
      ) : null}
      <DataTable
        caption={t`Members of the team`}
        columns={useMemberColumns(mayWrite, setLeaving)}
        query={{ ...team, data: team.data ? { items: team.data.members } : undefined }}
        rowKey={(row) => row.person_id}
        empty={null}
        pageSize={3}
      />
      {invitations.length > 0 ? (
        <DataTable
          caption={t`Open invitations`}
          columns={useInvitationColumns(mayWrite, setWithdrawing)}
          query={{ ...team, data: { items: invitations } }}
          rowKey={(row) => row.id}
          empty={null}
        />
      ) : null}
      <RoleTable />
      <Dialog opened={inviting} onClose={() => setInviting(false)} title={<Trans>Invite somebody</Trans>}>
        <Invite
          onDone={(email) => {
            setInviting(false);
            setInvited(email);
          }}
        />
      </Dialog>
      <RemoveMember member={leaving} onClose={() => setLeaving(undefined)} />
      <Withdraw invitation={withdrawing} onClose={() => setWithdrawing(undefined)} />
    </Page>
  );
}

function useMemberColumns(mayWrite: boolean, remove: (row: Member) => void): Column<Member>[] {
  const { person } = useSession();
  return [
    {
      key: "name",
      label: <Trans>Name</Trans>,
      cell: (row) => (
        <>
          <b>{row.name}</b>
          {row.person_id === person?.id ? (
            <>
              {" "}
              <Trans>(you)</Trans>
            </>
          ) : null}
        </>
      ),
    },
    { key: "email", label: <Trans>Address</Trans>, cell: (row) => row.email, faint: true },
    {
      key: "role",
      label: <Trans>Role</Trans>,
      cell: (row) => <MemberRole member={row} mayWrite={mayWrite} />,
    },
    { key: "since", label: <Trans>Since</Trans>, cell: (row) => <Moment at={row.since} day />, faint: true },
    ...(mayWrite
      ? [
          {
            key: "do",
            label: <span className="sr">{<Trans>Actions</Trans>}</span>,
            numeric: true,
            cell: (row: Member) => (
              <Button size="compact-sm" variant="default" onClick={() => remove(row)}>
                <Trans>Remove</Trans>
                <span className="sr"> {row.name}</span>
              </Button>
            ),
          },
        ]
      : []),
  ];
}

function MemberRole({ member, mayWrite }: { member: Member; mayWrite: boolean }) {
  const words = useWords();
  const { t } = useLingui();
  const change = useAction(async (role: Role) => {
    const { error } = await http.PUT("/api/portal/team/members/{person_id}", {
      params: { path: { person_id: member.person_id } },
      body: { role },
    });
    if (error) throw error;
    await reread();
  });
  const role = member.roles[0] ?? "member";
  if (!mayWrite) return member.roles.map(words.role).join(", ");
  return (
    <>
      <NativeSelect
        size="xs"
        w={140}
        aria-label={t`Role of ${member.name}`}
        value={role}
        disabled={change.pending}
        data={ROLES.map((value) => ({ value, label: words.role(value) }))}
        onChange={(event) => change.run(event.currentTarget.value as Role)}
      />
      <ProblemAlert error={change.error} />
    </>
  );
}

function useInvitationColumns(mayWrite: boolean, withdraw: (row: Invitation) => void): Column<Invitation>[] {
  const words = useWords();
  return [
    { key: "email", label: <Trans>Invited</Trans>, cell: (row) => <b>{row.email}</b> },
    { key: "role", label: <Trans>As</Trans>, cell: (row) => words.role(row.role) },
    {
      key: "until",
      label: <Trans>Link holds until</Trans>,
      cell: (row) => <Moment at={row.expires_at} day />,
      faint: true,
    },
    ...(mayWrite
      ? [
          {
            key: "do",
            label: <span className="sr">{<Trans>Actions</Trans>}</span>,
            numeric: true,
            cell: (row: Invitation) => (
              <Button size="compact-sm" variant="default" onClick={() => withdraw(row)}>
                <Trans>Withdraw</Trans>
                <span className="sr"> {row.email}</span>
              </Button>
            ),
          },
        ]
      : []),
  ];
}

function Invite({ onDone }: { onDone: (email: string) => void }) {
  const { t } = useLingui();
  const words = useWords();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { email: "", role: "member" as Role },
    validate: { email: (value) => (/^\S+@\S+\.\S+$/.test(value) ? null : t`An address of mail`) },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/portal/team/invitations", {
        headers: { "idempotency-key": key },
        body: values,
      });
      if (error) throw error;
      await reread();
      onDone(values.email);
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <TextInput
        label={t`Address of mail`}
        type="email"
        required
        data-autofocus
        {...form.getInputProps("email")}
      />
      <NativeSelect
        label={t`Role`}
        data={ROLES.map((value) => ({ value, label: words.role(value) }))}
        {...form.getInputProps("role")}
      />
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          <Trans>Send the invitation</Trans>
        </Button>
      </Group>
    </form>
  );
}

function RemoveMember({ member, onClose }: { member: Member | undefined; onClose: () => void }) {
  const { t } = useLingui();
  const run = async (id: string) => {
    const { error } = await http.DELETE("/api/portal/team/members/{person_id}", {
      params: { path: { person_id: id } },
    });
    if (error) throw error;
    await reread();
  };
  return (
    <Confirm
      danger
      about={member?.person_id}
      title={t`Remove ${member?.name ?? ""} from the team?`}
      action={<Trans>Remove</Trans>}
      run={run}
      onClose={onClose}
    >
      <p>
        <Trans>They are signed out of this organisation at once. What they did stays in the audit log.</Trans>
      </p>
    </Confirm>
  );
}

function Withdraw({ invitation, onClose }: { invitation: Invitation | undefined; onClose: () => void }) {
  const { t } = useLingui();
  const run = async (id: string) => {
    const { error } = await http.DELETE("/api/portal/team/invitations/{invitation_id}", {
      params: { path: { invitation_id: id } },
    });
    if (error) throw error;
    await reread();
  };
  return (
    <Confirm
      about={invitation?.id}
      title={t`Withdraw the invitation to ${invitation?.email ?? ""}?`}
      action={<Trans>Withdraw</Trans>}
      run={run}
      onClose={onClose}
    >
      <p>
        <Trans>Its link opens nothing any more.</Trans>
      </p>
    </Confirm>
  );
}

function RoleTable() {
  const words = useWords();
  const { t } = useLingui();
  const may: Record<Role, string> = {
    owner: t`Everything, the team and the API keys too`,
    finance: t`Sales, statements, payouts and the bank account`,
    member: t`Listings, and reading sales`,
    buyer: t`Buying in the store for the organisation`,
  };
  return (
    <Panel title={<Trans>What each role may do</Trans>}>
      <Terms items={ROLES.map((role) => [words.role(role), may[role]])} />
    </Panel>
  );
}
