import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Confirm } from "../desk/Confirm";
import { type Declaration, DeclarationPill, SOON, UntilPill, useDeclaredKinds } from "../desk/certificates";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Page, Panel } from "../desk/Page";
import { here } from "../desk/rows";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { IconPlus } from "../ui/icons";
import { day as isDay } from "../ui/search";
import css from "./People.module.css";
import { DeclareAchievement, DeclareCertificate } from "./PeopleForms";

type Person = Schema["PersonAtWork"];
type Everything = Schema["PeopleView"];

export const reread = () =>
  queryClient.invalidateQueries({
    predicate: ({ queryKey }) => String(queryKey[1]).startsWith("/api/portal/people"),
  });

/** Who is certified, what the organisation has shown, and what it says of both. */
export function People() {
  const { t } = useLingui();
  const { can } = useSession();
  const people = api.useQuery("get", "/api/portal/people");
  const [declaring, setDeclaring] = useState<"certificate" | "achievement">();
  const [declared, setDeclared] = useState(false);
  const mayWrite = can("portal:programme:write");
  const close = () => setDeclaring(undefined);
  const done = () => {
    setDeclared(true);
    close();
  };
  return (
    <Page
      title={<Trans>People and certificates</Trans>}
      about={<Trans>What counts towards your level, once we have checked it, and until when.</Trans>}
      actions={
        <Group gap="xs">
          <Export path="/api/portal/people/export" wanted={{}}>
            <Trans>Export</Trans>
          </Export>
          {mayWrite ? (
            <>
              <Button size="sm" variant="default" onClick={() => setDeclaring("achievement")}>
                <Trans>Declare a reference or training</Trans>
              </Button>
              <Button
                size="sm"
                leftSection={<IconPlus size={16} />}
                onClick={() => setDeclaring("certificate")}
              >
                <Trans>Declare a certificate</Trans>
              </Button>
            </>
          ) : null}
        </Group>
      }
    >
      {declared ? (
        <Notice tone="good" title={<Trans>Declared: we check it</Trans>}>
          <Trans>It counts once it is accepted; you get a letter either way.</Trans>
        </Notice>
      ) : null}
      <Loaded query={people} height={320}>
        {(data) => (
          <>
            <EndingSoon all={data} />
            <PeopleTable all={data} mayWrite={mayWrite} onDeclare={() => setDeclaring("certificate")} />
            <Achievements all={data} />
          </>
        )}
      </Loaded>
      <Declarations mayWrite={mayWrite} />
      <Dialog
        opened={declaring !== undefined}
        onClose={close}
        title={
          declaring === "achievement" ? (
            <Trans>Declare a reference or training</Trans>
          ) : (
            t`Declare a certificate`
          )
        }
      >
        {declaring === "achievement" ? (
          <DeclareAchievement onDone={done} />
        ) : (
          <DeclareCertificate onDone={done} people={people.data?.people ?? []} />
        )}
      </Dialog>
    </Page>
  );
}

/** What ends within two months, and has nothing to follow it. */
function EndingSoon({ all }: { all: Everything }) {
  const { t } = useLingui();
  const f = useFormat();
  const last = new Date(new Date(all.on).getTime() + SOON * 86_400_000).toISOString().slice(0, 10);
  const soon = (until: string | null) => until !== null && until >= all.on && until <= last;
  const certificates = all.people.flatMap((person) =>
    person.certificates
      .filter(
        (each) =>
          soon(each.expires_on) &&
          !person.certificates.some(
            (other) => other.kind === each.kind && other.expires_on > each.expires_on,
          ),
      )
      .map((each) => ({ what: `${each.kind} (${person.name})`, until: each.expires_on })),
  );
  const shown = all.achievements
    .filter((each) => soon(each.expires_on))
    .map((each) => ({ what: each.title, until: each.expires_on ?? "" }));
  const ending = [...certificates, ...shown].sort((one, other) => (one.until < other.until ? -1 : 1));
  if (ending.length === 0) return null;
  const said = ending
    .map(({ what, until }) => {
      const day = f.date(until);
      return t`${what}: ${day}`;
    })
    .join(" ; ");
  return (
    <Notice tone="warn" title={<Trans>Soon this will count no more</Trans>}>
      {t`${said}. Declare what renews it.`}
    </Notice>
  );
}

function PeopleTable({
  all,
  mayWrite,
  onDeclare,
}: {
  all: Everything;
  mayWrite: boolean;
  onDeclare: () => void;
}) {
  const { t } = useLingui();
  const f = useFormat();
  const [leaving, setLeaving] = useState<Person>();
  return (
    <Panel title={<Trans>Certified people</Trans>} flush>
      <div className={css.bare}>
        <DataTable
          caption={t`Certified people`}
          query={here(all.people)}
          rowKey={(row) => row.id}
          empty={
            <Empty
              title={<Trans>Nobody certified yet</Trans>}
              action={
                mayWrite ? (
                  <Button size="sm" onClick={onDeclare}>
                    <Trans>Declare a certificate</Trans>
                  </Button>
                ) : undefined
              }
            >
              <Trans>
                Declare who works for you and is certified: the person keeps the certificate for life.
              </Trans>
            </Empty>
          }
          columns={[
            {
              key: "name",
              label: <Trans>Person</Trans>,
              cell: (row) => (
                <span className={css.twice}>
                  <b>{row.name}</b>
                  <small>{row.email}</small>
                </span>
              ),
            },
            {
              key: "certificates",
              label: <Trans>Certificates</Trans>,
              cell: (row) =>
                row.certificates.length ? (
                  <span className={css.pills}>
                    {row.certificates.map((each) => (
                      <UntilPill
                        key={each.kind + each.issued_on}
                        name={each.kind}
                        until={each.expires_on}
                        today={all.on}
                      />
                    ))}
                  </span>
                ) : (
                  <Trans>None</Trans>
                ),
            },
            {
              key: "since",
              label: <Trans>Works here since</Trans>,
              faint: true,
              cell: (row) => f.date(row.since),
            },
            ...(mayWrite
              ? [
                  {
                    key: "do",
                    label: <span className="sr">{<Trans>Actions</Trans>}</span>,
                    numeric: true,
                    cell: (row: Person) => (
                      <Button size="compact-sm" variant="default" onClick={() => setLeaving(row)}>
                        <Trans>Has left</Trans>
                        <span className="sr"> {row.name}</span>
                      </Button>
                    ),
                  },
                ]
              : []),
          ]}
        />
      </div>
      <HasLeft person={leaving} today={all.on} onClose={() => setLeaving(undefined)} />
    </Panel>
  );
}

function HasLeft({
  person,
  today,
  onClose,
}: {
  person: Person | undefined;
  today: string;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const [day, setDay] = useState(today);
  const name = person?.name ?? "";
  return (
    <Confirm
      about={person}
      danger
      title={t`${name} has left`}
      action={<Trans>Has left</Trans>}
      onClose={onClose}
      run={async ({ id }) => {
        const { error } = await http.POST("/api/portal/people/{person_id}/leave", {
          params: { path: { person_id: id } },
          body: { last_on: day },
        });
        if (error) throw error;
        await reread();
      }}
    >
      <p>
        <Trans>From the next day on the person and the certificates count for you no more.</Trans>
      </p>
      <TextInput
        type="date"
        label={t`Last day here`}
        value={day}
        onChange={({ currentTarget: { value } }) => {
          if (isDay(value)) setDay(value);
        }}
      />
    </Confirm>
  );
}

function Achievements({ all }: { all: Everything }) {
  const { t } = useLingui();
  const f = useFormat();
  const kinds = useDeclaredKinds();
  return (
    <Panel title={<Trans>References, trainings and support contracts</Trans>} flush>
      <div className={css.bare}>
        <DataTable
          caption={t`References, trainings and support contracts`}
          query={here(all.achievements)}
          rowKey={(row) => row.id}
          empty={
            <Empty title={<Trans>No reference, training or support contract yet</Trans>}>
              <Trans>Levels ask for them: declare yours, and name who or what shows it.</Trans>
            </Empty>
          }
          columns={[
            { key: "title", label: <Trans>Shown</Trans>, cell: (row) => <b>{row.title}</b> },
            { key: "kind", label: <Trans>Kind</Trans>, cell: (row) => kinds[row.kind] },
            { key: "of", label: <Trans>Dated</Trans>, faint: true, cell: (row) => f.date(row.achieved_on) },
            {
              key: "until",
              label: <Trans>Counts</Trans>,
              cell: (row) => <UntilPill until={row.expires_on} today={all.on} />,
            },
            { key: "evidence", label: <Trans>Shown by</Trans>, faint: true, cell: (row) => row.evidence },
          ]}
        />
      </div>
    </Panel>
  );
}

/** What the organisation said, and what we found. */
function Declarations({ mayWrite }: { mayWrite: boolean }) {
  const { t } = useLingui();
  const declarations = api.useQuery("get", "/api/portal/people/declarations");
  const [withdrawing, setWithdrawing] = useState<Declaration>();
  const kinds = useDeclaredKinds();
  const items = declarations.data;
  if (!items?.length) return null;
  return (
    <Panel title={<Trans>Your declarations</Trans>} flush>
      <div className={css.bare}>
        <DataTable
          caption={t`Your declarations`}
          query={here(items)}
          rowKey={(row) => row.id}
          empty={null}
          columns={[
            {
              key: "what",
              label: <Trans>Declared</Trans>,
              cell: (row) => (
                <span className={css.twice}>
                  <b>{row.title}</b>
                  <small>{row.person_name ?? kinds[row.kind]}</small>
                </span>
              ),
            },
            {
              key: "at",
              label: <Trans>Sent</Trans>,
              faint: true,
              cell: (row) => <Moment at={row.declared_at} day />,
            },
            {
              key: "state",
              label: <Trans>State</Trans>,
              cell: (row) => <DeclarationPill state={row.state} />,
            },
            {
              key: "reason",
              label: <Trans>Reason</Trans>,
              cell: (row) => (
                <span className={css.twice}>
                  <span>{row.reason ?? "–"}</span>
                  {row.state === "refused" ? (
                    <small>
                      <Trans>To contest it, answer our letter; or declare it anew.</Trans>
                    </small>
                  ) : null}
                </span>
              ),
            },
            ...(mayWrite
              ? [
                  {
                    key: "do",
                    label: <span className="sr">{<Trans>Actions</Trans>}</span>,
                    numeric: true,
                    cell: (row: Declaration) =>
                      row.state === "open" ? (
                        <Button size="compact-sm" variant="default" onClick={() => setWithdrawing(row)}>
                          <Trans>Withdraw</Trans>
                          <span className="sr"> {row.title}</span>
                        </Button>
                      ) : null,
                  },
                ]
              : []),
          ]}
        />
      </div>
      <Confirm
        about={withdrawing}
        danger
        title={<Trans>Withdraw the declaration</Trans>}
        action={<Trans>Withdraw it</Trans>}
        onClose={() => setWithdrawing(undefined)}
        run={async ({ id }) => {
          const { error } = await http.POST("/api/portal/people/declarations/{declaration_id}/withdraw", {
            params: { path: { declaration_id: id } },
          });
          if (error) throw error;
          await reread();
        }}
      >
        <p>
          <Trans>Nobody checks it any more, and nothing of it counts. You can declare it anew.</Trans>
        </p>
      </Confirm>
    </Panel>
  );
}
