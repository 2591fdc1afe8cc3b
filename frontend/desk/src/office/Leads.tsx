import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, http, queryClient, type Schema } from "../api/client";
import { Can } from "../desk/Can";
import { type Column, DataTable } from "../desk/DataTable";
import { useDealWords } from "../desk/deals";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { ImportLines } from "../desk/ImportLines";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { IconPlus, IconUpload } from "../ui/icons";
import { Pill } from "../ui/Pill";
import { Choice, Search, ShowAll, Twice } from "./kit";
import { LeadSide } from "./LeadSide";
import { NewLead } from "./NewLead";
import css from "./office.module.css";

const route = getRouteApi("/office/leads");
type Lead = Schema["LeadView"];

/** What is shown of leads is asked for anew. */
export async function rereadLeads() {
  await Promise.all(
    ["/api/office/leads", "/api/office/leads/{lead_id}"].map((path) =>
      queryClient.invalidateQueries({ queryKey: ["get", path] }),
    ),
  );
}

/** Who may buy, which partner was asked, and what became of it. */
export function Leads() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { t } = useLingui();
  const states = useStates();
  const wanted = { state: search.state, q: search.q };
  const query = useQuery({
    ...api.queryOptions("get", "/api/office/leads", {
      params: { query: { ...wanted, after: search.after, limit: 50 } },
    }),
    placeholderData: keepPreviousData,
  });
  const open = (changes: { new?: true; file?: true; lead?: string }) =>
    navigate({
      search: (old) => ({ ...old, new: undefined, file: undefined, lead: undefined, ...changes }),
      resetScroll: false,
    });
  const newButton = (
    <Can scope="office:deal:write">
      <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => open({ new: true })}>
        <Trans>New lead</Trans>
      </Button>
    </Can>
  );
  const filtered = search.q !== undefined || search.state !== undefined;
  return (
    <Page
      title={<Trans>Leads</Trans>}
      about={<Trans>Pass on who asks for something that a partner does better.</Trans>}
      actions={
        <>
          {newButton}
          <Can scope="office:deal:write">
            <Button
              size="sm"
              variant="default"
              leftSection={<IconUpload size={16} />}
              onClick={() => open({ file: true })}
            >
              <Trans>Import</Trans>
            </Button>
          </Can>
          <Export path="/api/office/leads/export" wanted={wanted}>
            <Trans>Export</Trans>
          </Export>
        </>
      }
    >
      <DataTable
        caption={t`Leads`}
        columns={useColumns()}
        query={query}
        rowKey={(row) => row.id}
        search={search}
        filters={
          <>
            <Search label={t`Name or reference`} name="q" value={search.q} />
            <Choice label={t`Any state`} name="state" value={search.state} options={states} />
          </>
        }
        empty={
          filtered ? (
            <Empty title={<Trans>No lead matches</Trans>} action={<ShowAll names={["q", "state"]} />}>
              <Trans>Try fewer letters, or any state.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>No lead yet</Trans>} action={newButton}>
              <Trans>Enter one, or import a file; then offer it to the partner that fits best.</Trans>
            </Empty>
          )
        }
      />
      <LeadSide id={search.lead} onClose={() => open({})} />
      <Side
        opened={search.new === true}
        onClose={() => open({})}
        size={600}
        closeOnClickOutside={false}
        title={<Trans>New lead</Trans>}
      >
        {search.new ? <NewLead onDone={(lead) => open({ lead })} /> : null}
      </Side>
      <Side opened={search.file === true} onClose={() => open({})} title={<Trans>Import leads</Trans>}>
        <ImportLines
          columns={["name", "country", "segment", "kind", "need"]}
          optional={[
            "reference",
            "region",
            "siren",
            "vat_number",
            "domain",
            "contact_name",
            "contact_email",
            "contact_phone",
            "amount",
            "currency",
          ]}
          send={async (csv, dry_run) => {
            const { data, error } = await http.POST("/api/office/leads/import", { body: { csv, dry_run } });
            if (error) throw error;
            return data;
          }}
          onDone={rereadLeads}
        />
      </Side>
    </Page>
  );
}

export function useStates(): Record<Lead["state"], string> {
  const { t } = useLingui();
  return { open: t`To be routed`, offered: t`Offered`, accepted: t`Accepted`, closed: t`Closed` };
}

export function LeadPill({ lead }: { lead: Lead }) {
  const states = useStates();
  const tones = { open: "warn", offered: "accent", accepted: "good", closed: "neutral" } as const;
  return <Pill tone={tones[lead.state]}>{states[lead.state]}</Pill>;
}

function useColumns(): Column<Lead>[] {
  const { t } = useLingui();
  const f = useFormat();
  const words = useDealWords();
  return [
    {
      key: "name",
      label: t`Lead`,
      cell: (row) => (
        <Twice
          first={
            <Link
              className={css.link}
              from="/office/leads"
              to="/office/leads"
              search={(old) => ({ ...old, lead: row.id })}
              resetScroll={false}
            >
              {row.name}
            </Link>
          }
          second={row.reference ?? t`No. ${row.number}`}
        />
      ),
    },
    { key: "kind", label: t`Looks for`, cell: (row) => words.kinds[row.kind] },
    { key: "segment", label: t`Size`, cell: (row) => words.segments[row.segment], faint: true },
    { key: "country", label: t`Country`, cell: (row) => f.country(row.country), faint: true },
    { key: "state", label: t`State`, cell: (row) => <LeadPill lead={row} /> },
    { key: "partner", label: t`Partner`, cell: (row) => row.accepted ?? row.asked ?? "–" },
    {
      key: "until",
      label: t`Answer due`,
      cell: (row) => (row.respond_by ? <Moment at={row.respond_by} /> : "–"),
      faint: true,
    },
  ];
}

/** How many points, in words. */
export const Points = ({ value }: { value: number }) => (
  <Plural value={value} one="# point" other="# points" />
);
