import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { http, queryClient, type Schema } from "../api/client";
import { DataTable } from "../desk/DataTable";
import { useAction } from "../desk/form";
import { Notice } from "../desk/Notice";
import { Facts } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { here } from "../desk/rows";
import { useFormat } from "../i18n/format";

type Imported = Schema["PeopleImported"];
const COLUMNS = "organisation, email, name, works_from, certificate, issued_on, expires_on, number";

/** Older Excel writes Windows' letters: what is no UTF-8 is read as those. */
async function textOf(file: File): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** A list of people: tried first, every refused line named; then recorded. */
export function PeopleImport() {
  const { t } = useLingui();
  const [file, setFile] = useState<File>();
  const [found, setFound] = useState<Imported>();
  const take = useAction(async (isDryRun: boolean) => {
    if (!file) return;
    const { data, error } = await http.POST("/api/office/certified-people/import", {
      body: { text: await textOf(file), is_dry_run: isDryRun },
    });
    if (error) throw error;
    setFound(data);
    if (!isDryRun) await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/certified-people"] });
  });
  const tried = found?.is_dry_run === true;
  return (
    <div style={{ display: "grid", gap: 14 }}>
      <p style={{ margin: 0 }}>
        <Trans>
          A CSV in the form of the export, at most 1,000 rows. Nothing is recorded before you have seen what
          would become of it.
        </Trans>
      </p>
      <p style={{ margin: 0, overflowWrap: "anywhere" }}>
        <code>{COLUMNS}</code>
      </p>
      <label style={{ display: "grid", gap: 6 }}>
        <span>{t`The file`}</span>
        <input
          type="file"
          accept=".csv,text/csv"
          onChange={(event) => {
            setFile(event.currentTarget.files?.[0]);
            setFound(undefined);
            take.reset();
          }}
        />
      </label>
      <ProblemAlert error={take.error} />
      <Group>
        <Button
          variant={tried ? "default" : "filled"}
          disabled={!file}
          loading={take.pending}
          onClick={() => take.run(true)}
        >
          <Trans>Try it</Trans>
        </Button>
        <Button
          variant={tried ? "filled" : "default"}
          disabled={!tried || found.recorded === 0}
          loading={take.pending}
          onClick={() => take.run(false)}
        >
          <Trans>Record what is new</Trans>
        </Button>
      </Group>
      {found ? <Outcome found={found} /> : null}
    </div>
  );
}

function Outcome({ found }: { found: Imported }) {
  const { t } = useLingui();
  const f = useFormat();
  const ignored = found.ignored_columns.join(", ");
  return (
    <>
      <Notice
        tone={found.refused ? "warn" : "good"}
        title={
          found.is_dry_run ? (
            <Trans>Only tried: nothing is recorded yet</Trans>
          ) : (
            <Trans>The list is recorded</Trans>
          )
        }
      >
        {ignored ? t`Columns left aside: ${ignored}` : null}
      </Notice>
      <Facts
        items={[
          [t`Rows read`, f.number(found.read)],
          [found.is_dry_run ? t`Would be recorded` : t`Recorded`, f.number(found.recorded)],
          [t`Known already`, f.number(found.already_recorded)],
          [t`Refused`, f.number(found.refused)],
        ]}
      />
      {found.refusals.length ? (
        <DataTable
          caption={t`Refused lines`}
          query={here(found.refusals)}
          rowKey={(row) => row.line}
          empty={null}
          columns={[
            { key: "line", label: t`Line`, numeric: true, cell: (row) => f.number(row.line) },
            { key: "column", label: t`Column`, cell: (row) => row.column || "–" },
            { key: "reason", label: t`Reason`, cell: (row) => row.reason },
          ]}
        />
      ) : null}
    </>
  );
}
