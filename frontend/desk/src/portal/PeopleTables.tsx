import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { http, type Schema } from "../api/client";
import { Confirm } from "../desk/Confirm";
import { UntilPill, useDeclaredKinds } from "../desk/certificates";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Panel } from "../desk/Page";
import { here } from "../desk/rows";
import { useFormat } from "../i18n/format";
import { day as isDay } from "../ui/search";
import css from "./People.module.css";
import { reread } from "./peopleReads";

type Person = Schema["PersonAtWork"];
type Everything = Schema["PeopleView"];

/** Who works here, with certificates and their last days. */
export function PeopleTable({
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

/** What the organisation has shown. */
export function Achievements({ all }: { all: Everything }) {
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
