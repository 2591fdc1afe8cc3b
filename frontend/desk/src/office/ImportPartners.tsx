import { Trans, useLingui } from "@lingui/react/macro";
import { Button, FileInput } from "@mantine/core";
import { useState } from "react";
import { http, queryClient, type Schema } from "../api/client";
import { useAction } from "../desk/form";
import { Notice } from "../desk/Notice";
import { useRowText } from "../desk/refusedRows";
import { useFormat } from "../i18n/format";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";

const COLUMNS = "reference, name, country, segment, roles";
const MORE = "kinds, vat_regime, siren, siret, vat_number, email, language";

/** A list of partners as a CSV: tried first, then imported; refused lines say why. */
export function ImportPartners() {
  const { t } = useLingui();
  const [file, setFile] = useState<File | null>(null);
  const [text, setText] = useState<string>();
  const [done, setDone] = useState<Schema["PartnersImported"]>();
  const send = useAction(async ({ content, dry_run }: { content: string; dry_run: boolean }) => {
    const { data, error } = await http.POST("/api/office/organisations/import", {
      body: { content, dry_run },
    });
    if (error) throw error;
    setDone(data);
    if (!dry_run) await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/organisations"] });
  });
  const choose = async (chosen: File | null) => {
    setFile(chosen);
    setDone(undefined);
    send.reset();
    setText(undefined);
    if (!chosen) return;
    const content = await readText(chosen);
    setText(content);
    await send.run({ content, dry_run: true });
  };
  const ready = done?.is_dry_run && done.created > 0 && text !== undefined;
  return (
    <div className={css.form}>
      <p className={css.note}>
        <Trans>One organisation a line. The first line names the columns:</Trans>{" "}
        <code className={css.code}>{COLUMNS}</code>. <Trans>May also be there:</Trans>{" "}
        <code className={css.code}>{MORE}</code>.
      </p>
      <FileInput
        label={t`CSV file`}
        placeholder={t`Choose a file`}
        accept=".csv,text/csv"
        value={file}
        onChange={choose}
        clearable
        clearButtonProps={{ "aria-label": t`Choose another file` }}
      />
      <ProblemAlert error={send.error} />
      {done ? <Outcome done={done} /> : null}
      {ready ? (
        <div className={css.formEnd}>
          <Button loading={send.pending} onClick={() => send.run({ content: text, dry_run: false })}>
            <Trans>Import the good lines</Trans>
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function Outcome({ done }: { done: Schema["PartnersImported"] }) {
  const { t } = useLingui();
  const say = useRowText();
  const f = useFormat();
  const created = f.number(done.created);
  const known = f.number(done.already_known);
  const refused = f.number(done.refused);
  return (
    <>
      <Notice
        tone={done.refused ? "warn" : "good"}
        title={
          done.is_dry_run
            ? t`${created} would be created, ${known} are known already, ${refused} refused`
            : t`${created} created, ${known} known already, ${refused} refused`
        }
      >
        {done.is_dry_run ? <Trans>Nothing is kept yet: this was a trial.</Trans> : null}
      </Notice>
      {done.ignored_columns.length ? (
        <p className={css.note}>{t`Columns that nothing is done with: ${done.ignored_columns.join(", ")}`}</p>
      ) : null}
      {done.refusals.length ? (
        <section className={css.scroll} tabIndex={0} aria-label={t`Refused lines`}>
          <table className={css.simple}>
            <thead>
              <tr>
                <th scope="col">{t`Line`}</th>
                <th scope="col">{t`Column`}</th>
                <th scope="col">{t`Why`}</th>
              </tr>
            </thead>
            <tbody>
              {done.refusals.slice(0, 200).map((one) => (
                <tr key={`${one.line} ${one.column}`}>
                  <th scope="row">{one.line}</th>
                  <td>{one.column || "–"}</td>
                  <td className={css.wrapCell}>{say(one.reason)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </>
  );
}

/** UTF-8, or Windows' letters if it is not. */
async function readText(file: File): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
