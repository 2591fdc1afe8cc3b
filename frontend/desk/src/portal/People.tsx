import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { api, http, type Schema } from "../api/client";
import { Confirm } from "../desk/Confirm";
import { type Declaration, DeclarationPill, SOON, useDeclaredKinds } from "../desk/certificates";
import { DataTable } from "../desk/DataTable";
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
import css from "./People.module.css";
import { DeclareAchievement, DeclareCertificate } from "./PeopleForms";
import { Achievements, PeopleTable } from "./PeopleTables";
import { reread } from "./peopleReads";

type Everything = Schema["PeopleView"];

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
