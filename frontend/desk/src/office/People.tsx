import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../api/client";
import { UntilPill } from "../desk/certificates";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Page } from "../desk/Page";
import { useSession } from "../desk/session";
import { Tabs } from "../desk/Tabs";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { Declarations } from "./Declarations";
import { Choice, Search, ShowAll, Twice, useFilter } from "./kit";
import css from "./office.module.css";
import { PeopleImport } from "./PeopleImport";

const route = getRouteApi("/office/people");

/** What partners declare of their people and deeds; and everybody who is certified. */
export function People() {
  const { t } = useLingui();
  const { can } = useSession();
  const filter = useFilter();
  const { view } = route.useSearch();
  const [importing, setImporting] = useState(false);
  return (
    <Page
      title={<Trans>People and certificates</Trans>}
      about={<Trans>Levels count only what was checked: say why something is accepted or not.</Trans>}
      actions={
        <Group gap="xs">
          <Export path="/api/office/certified-people/export" wanted={{}}>
            <Trans>Export</Trans>
          </Export>
          {can("office:programme:write") ? (
            <Button size="sm" onClick={() => setImporting(true)}>
              <Trans>Import a list</Trans>
            </Button>
          ) : null}
        </Group>
      }
    >
      <div style={{ marginBottom: 12 }}>
        <Tabs<"everybody">
          label={t`View`}
          value={view}
          onChange={(wanted) =>
            filter({ view: wanted, state: undefined, q: undefined, held: undefined, declaration: undefined })
          }
          items={[
            { value: undefined, label: t`Declared by partners` },
            { value: "everybody", label: t`Everybody` },
          ]}
        />
      </div>
      {view === "everybody" ? <Everybody /> : <Declarations />}
      <Side
        opened={importing}
        onClose={() => setImporting(false)}
        size={620}
        closeOnClickOutside={false}
        title={<Trans>Import people and certificates</Trans>}
      >
        <PeopleImport />
      </Side>
    </Page>
  );
}

function Everybody() {
  const { t } = useLingui();
  const f = useFormat();
  const search = route.useSearch();
  const { q, held, after } = search;
  const query = api.useQuery(
    "get",
    "/api/office/certified-people",
    { params: { query: { name: q, people_state: held, after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  const today = new Date().toISOString().slice(0, 10);
  return (
    <DataTable
      caption={t`People`}
      query={query}
      search={search}
      rowKey={(row) => row.id}
      filters={
        <>
          <Search label={t`Beginning of a name`} name="q" value={q} />
          <Choice
            label={t`Any certificate`}
            name="held"
            value={held}
            options={{
              valid: t`Valid`,
              expiring: t`Ends within 60 days`,
              expired: t`Expired`,
              none: t`None`,
            }}
          />
        </>
      }
      empty={
        q || held ? (
          <Empty title={<Trans>Nobody matches</Trans>} action={<ShowAll names={["q", "held"]} />}>
            <Trans>Try fewer letters, or any certificate.</Trans>
          </Empty>
        ) : (
          <Empty title={<Trans>Nobody yet</Trans>}>
            <Trans>Partners declare their people in the portal, or you import a list.</Trans>
          </Empty>
        )
      }
      columns={[
        {
          key: "name",
          label: t`Person`,
          cell: (row) => <Twice first={<b>{row.name}</b>} second={row.email} />,
        },
        {
          key: "where",
          label: t`Partner`,
          cell: (row) => (
            <Link
              className={css.link}
              to="/office/partners/$organisationId"
              params={{ organisationId: row.organisation_id }}
            >
              {row.organisation_name}
            </Link>
          ),
        },
        {
          key: "certificates",
          label: t`Certificates`,
          cell: (row) =>
            row.certificates.length ? (
              <Group gap={5}>
                {row.certificates.map((each) => (
                  <UntilPill
                    key={each.kind + each.issued_on}
                    name={each.kind}
                    until={each.expires_on}
                    today={today}
                  />
                ))}
              </Group>
            ) : (
              t`None`
            ),
        },
        { key: "since", label: t`Works there since`, faint: true, cell: (row) => f.date(row.since) },
      ]}
    />
  );
}
