import { Trans, useLingui } from "@lingui/react/macro";
import { Button, FileInput, Group } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Can } from "../desk/Can";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { useAction } from "../desk/form";
import { Moment } from "../desk/Moment";
import { Page, Panel } from "../desk/Page";
import { fetchTelling, readFile } from "../desk/upload";
import { useFormat } from "../i18n/format";
import { FilePill } from "./FilePill";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";
import { useActors } from "./words";

const route = getRouteApi("/office/charge-files/");
const FILE_BYTES = 16_000_000;
const LOOK_EVERY_MS = 2_000;
type Row = Schema["ChargeFileView"];

/** Files of charges: each is tried first, and recorded once somebody has looked at what it would do. */
export function ChargeFiles() {
  const { t } = useLingui();
  const search = route.useSearch();
  const query = api.useQuery(
    "get",
    "/api/office/charge_files",
    { params: { query: { after: search.after, limit: 25 } } },
    {
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) => (state.data?.items.some(isMoving) ? LOOK_EVERY_MS : false),
    },
  );
  return (
    <Page
      title={<Trans>Files of charges</Trans>}
      about={
        <Trans>
          A file is tried first: you see what it would record and which rows it refuses. Only then it is
          recorded.
        </Trans>
      }
      actions={
        <Link to="/office/charges">
          <Trans>All charges</Trans>
        </Link>
      }
    >
      <Can scope="office:charge:write">
        <BringIn />
      </Can>
      <DataTable
        caption={t`Files, the newest first`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        columns={useColumns()}
        pageSize={4}
        empty={
          <Empty title={<Trans>No file yet</Trans>}>
            <Trans>
              Its first line names the columns: organisation, end_customer, day, environment, resource,
              quantity, list_price; reference, currency and stream if you have them.
            </Trans>
          </Empty>
        }
      />
    </Page>
  );
}

export const isMoving = ({ state }: Row) => state === "checking" || state === "importing";

function BringIn() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const [sent, setSent] = useState<number>();
  const tooLarge = file !== null && file.size > FILE_BYTES;
  const sending = useAction(async (chosen: File) => {
    try {
      const { data, error } = await http.POST("/api/office/charge_files", {
        body: await readFile(chosen),
        fetch: fetchTelling(setSent),
      });
      if (error) throw error;
      await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/charge_files"] });
      if (data) await navigate({ to: "/office/charge-files/$fileId", params: { fileId: data.id } });
    } finally {
      setSent(undefined);
    }
  });
  return (
    <Panel title={<Trans>Bring in a file</Trans>}>
      <ProblemAlert error={sending.error} />
      <div className={css.form}>
        <FileInput
          label={t`CSV file`}
          description={t`UTF-8, commas or semicolons, at most 16 MB: some 200,000 rows. Larger ones come in by the command line.`}
          placeholder={t`Choose a file`}
          accept=".csv,text/csv,text/plain"
          value={file}
          onChange={setFile}
          error={tooLarge ? t`This is larger than 16 MB: split it.` : undefined}
        />
        {sent === undefined ? null : (
          <progress value={sent} max={1} aria-label={t`Sent so far`} style={{ width: "100%" }} />
        )}
        <Group>
          <Button
            disabled={file === null || tooLarge}
            loading={sending.pending}
            onClick={() => file && sending.run(file)}
          >
            <Trans>Try it</Trans>
          </Button>
          <span className={css.note} style={{ margin: 0 }}>
            <Trans>Nothing is recorded yet.</Trans>
          </span>
        </Group>
      </div>
    </Panel>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useLingui();
  const f = useFormat();
  const { data: staff } = api.useQuery("get", "/api/office/staff");
  const actor = useActors(staff?.items ?? []);
  const count = (number: number | null) => (number === null ? "–" : f.number(number));
  return [
    {
      key: "name",
      label: t`File`,
      cell: (row) => (
        <Link to="/office/charge-files/$fileId" params={{ fileId: row.id }} className={css.link}>
          {row.name}
        </Link>
      ),
    },
    { key: "state", label: t`State`, cell: (row) => <FilePill state={row.state} /> },
    { key: "at", label: t`Brought in`, cell: (row) => <Moment at={row.added_at} happened />, faint: true },
    { key: "who", label: t`By`, cell: (row) => actor(row.actor), faint: true },
    { key: "read", label: t`Rows`, numeric: true, faint: true, cell: (row) => count(row.read) },
    { key: "recorded", label: t`New`, numeric: true, cell: (row) => count(row.recorded) },
    {
      key: "already",
      label: t`Known`,
      numeric: true,
      faint: true,
      cell: (row) => count(row.already_recorded),
    },
    { key: "refused", label: t`Refused rows`, numeric: true, cell: (row) => count(row.refused) },
  ];
}
