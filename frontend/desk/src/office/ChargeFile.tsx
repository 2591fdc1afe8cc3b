import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Confirm } from "../desk/Confirm";
import { Loaded } from "../desk/Loaded";
import { Notice } from "../desk/Notice";
import { Figure, Figures, Page, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";
import { IconDownload } from "../ui/icons";
import { FileRows } from "./ChargeFileRows";
import { isMoving } from "./ChargeFiles";
import { FilePill } from "./FilePill";
import css from "./office.module.css";

const route = getRouteApi("/office/charge-files/$fileId");
const LOOK_EVERY_MS = 700;
type File = Schema["ChargeFileView"];

/** One file of charges: how far it is, what it would do or did, row by row, and the decision. */
export function ChargeFile() {
  const { t, i18n } = useLingui();
  const { fileId } = route.useParams();
  const query = api.useQuery(
    "get",
    "/api/office/charge_files/{file_id}",
    { params: { path: { file_id: fileId } } },
    { refetchInterval: ({ state }) => (state.data && isMoving(state.data.file) ? LOOK_EVERY_MS : false) },
  );
  const file = query.data?.file;
  return (
    <Page
      title={file ? file.name : <Trans>File of charges</Trans>}
      about={file ? <FilePill state={file.state} /> : undefined}
      actions={
        <>
          {file?.refused ? (
            <Button
              variant="default"
              size="sm"
              component="a"
              leftSection={<IconDownload size={16} />}
              href={`/api/office/charge_files/${fileId}/refused?language=${i18n.locale}`}
              download
            >
              <Trans>Refused rows (CSV)</Trans>
            </Button>
          ) : null}
          <Link to="/office/charge-files" aria-label={t`All files of charges`}>
            <Trans>All files</Trans>
          </Link>
        </>
      }
    >
      <Loaded query={query} height={380}>
        {(detail) => (
          <>
            <Standing file={detail.file} />
            {detail.file.read === null ? null : <FileRows detail={detail} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Standing({ file }: { file: File }) {
  return (
    <div aria-live="polite">
      {isMoving(file) ? <Progress file={file} /> : null}
      {file.state === "failed" ? <Failed file={file} /> : null}
      {file.state === "dropped" ? (
        <Notice title={<Trans>This file was dropped</Trans>}>
          <Trans>Nothing of it was recorded.</Trans>
        </Notice>
      ) : null}
      {file.state === "imported" ? <Recorded file={file} /> : null}
      {file.state === "checked" ? <Decide file={file} /> : null}
      {file.read === null ? null : <Counts file={file} />}
    </div>
  );
}

function Progress({ file }: { file: File }) {
  const { t } = useLingui();
  const part = Math.round((file.read_bytes / file.size_bytes) * 100);
  return (
    <Panel title={file.state === "checking" ? t`The file is being tried` : t`The file is being recorded`}>
      <div
        className={css.bar}
        role="progressbar"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={part}
        aria-label={t`Progress of the file`}
      >
        <i style={{ width: `${part}%` }} />
      </div>
      <p className={css.note} style={{ margin: "10px 0 0" }}>
        <Trans>You may leave this page: it goes on by itself.</Trans>
      </p>
    </Panel>
  );
}

function Failed({ file }: { file: File }) {
  const { t } = useLingui();
  return (
    <Notice tone="bad" title={t`This file cannot be read`}>
      {file.problem_code === "import-interrupted"
        ? t`It was begun three times and never done. Bring it in again; if that fails, too, by the command line.`
        : t`It is empty or no CSV in UTF-8, or its first line does not name the columns organisation, end_customer, day, environment, resource, quantity and list_price, each once.`}
    </Notice>
  );
}

function Recorded({ file }: { file: File }) {
  return (
    <Notice
      tone="good"
      title={
        <Plural value={file.recorded ?? 0} one="# charge was recorded" other="# charges were recorded" />
      }
      action={
        <Link to="/office/charges">
          <Trans>See the charges</Trans>
        </Link>
      }
    >
      {file.refused ? (
        <Trans>
          Put the refused rows right and bring them in again: what is known is not recorded twice.
        </Trans>
      ) : (
        <Trans>They stand on the statements of their month.</Trans>
      )}
    </Notice>
  );
}

function Decide({ file }: { file: File }) {
  const { t } = useLingui();
  const { can } = useSession();
  const [asked, setAsked] = useState<"import" | "drop">();
  const decide = async (what: "import" | "drop") => {
    const params = { params: { path: { file_id: file.id } } };
    const { error } =
      what === "import"
        ? await http.POST("/api/office/charge_files/{file_id}/import", params)
        : await http.POST("/api/office/charge_files/{file_id}/drop", params);
    if (error) throw error;
    await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/charge_files/{file_id}"] });
    await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/charge_files"] });
  };
  const some = (file.recorded ?? 0) > 0;
  return (
    <>
      <Notice
        tone={some ? "warn" : "bad"}
        title={some ? t`Nothing is recorded yet` : t`Nothing of this file would be recorded`}
      >
        {some ? (
          <Trans>Look at what it would record and at what it refuses, then decide.</Trans>
        ) : (
          <Trans>Every row is known already or refused: drop it.</Trans>
        )}
      </Notice>
      {can("office:charge:write") ? (
        <Group mb="md">
          {some ? (
            <Button onClick={() => setAsked("import")}>
              <Plural value={file.recorded ?? 0} one="Record # charge…" other="Record # charges…" />
            </Button>
          ) : null}
          <Button variant="default" onClick={() => setAsked("drop")}>
            <Trans>Drop the file…</Trans>
          </Button>
        </Group>
      ) : null}
      <Confirm
        about={asked}
        title={asked === "drop" ? t`Drop this file?` : t`Record these charges?`}
        action={asked === "drop" ? t`Drop it` : t`Record them`}
        run={decide}
        onClose={() => setAsked(undefined)}
        danger={asked === "drop"}
      >
        {asked === "drop"
          ? t`Nothing of it is recorded. It can be brought in again.`
          : t`They are priced, credited and posted for good; a correction is a refund. Refused rows stay out.`}
      </Confirm>
    </>
  );
}

function Counts({ file }: { file: File }) {
  const { t } = useLingui();
  const f = useFormat();
  const tried = file.state !== "imported";
  const figure = (label: ReactNode, value: ReactNode, note?: ReactNode) => (
    <Figure label={label} value={value} note={note} />
  );
  return (
    <>
      <Figures>
        {figure(
          tried ? t`Would be recorded` : t`Charges recorded`,
          f.number(file.recorded ?? 0),
          file.late ? t`${f.number(file.late)} of closed months: they go onto the next one` : undefined,
        )}
        {figure(t`Known already`, f.number(file.already_recorded ?? 0), t`Nothing is recorded twice`)}
        {figure(t`Refused rows`, f.number(file.refused ?? 0), t`${f.number(file.read ?? 0)} rows in all`)}
      </Figures>
      {file.totals.map((total) => (
        <Figures key={total.list.currency}>
          {figure(t`At list price`, <Amount value={total.list} />)}
          {figure(t`Discounts`, <Amount value={total.discount} taken />)}
          {figure(t`Paid by credits`, <Amount value={total.credit} taken />)}
          {figure(t`Owed to us`, <Amount value={total.payable} />, t`VAT excluded`)}
        </Figures>
      ))}
      {file.ignored_columns.length > 0 ? (
        <p className={css.note}>{t`Columns that are not used: ${file.ignored_columns.join(", ")}.`}</p>
      ) : null}
    </>
  );
}
