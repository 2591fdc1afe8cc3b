import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, FileInput, Group } from "@mantine/core";
import { useState } from "react";
import type { Schema } from "../api/client";
import { useAction } from "./form";
import css from "./ImportLines.module.css";
import { Notice } from "./Notice";
import { ProblemAlert } from "./problems";
import { useRowText } from "./refusedRows";

type Imported = Schema["ImportedLines"];

/** A file is tried first: what would land, and which line is refused for what. Then it is imported. */
export function ImportLines({
  columns,
  optional,
  send,
  onDone,
}: {
  columns: string[];
  optional: string[];
  send: (csv: string, dryRun: boolean) => Promise<Imported>;
  onDone: () => void;
}) {
  const { t } = useLingui();
  const [file, setFile] = useState<File | null>(null);
  const [text, setText] = useState("");
  const [tried, setTried] = useState<Imported>();
  const [made, setMade] = useState<Imported>();
  const trying = useAction(async (one: File) => {
    const read = await one.text();
    setText(read);
    setTried(await send(read, true));
  });
  const importing = useAction(async () => {
    setMade(await send(text, false));
    setTried(undefined);
    onDone();
  });
  const shown = made ?? tried;
  return (
    <div style={{ display: "grid", gap: 14 }}>
      <p className={css.about}>
        <Trans>A CSV file with a line of headings. Its columns, in any order:</Trans>
      </p>
      <p className={css.columns}>
        <b>{columns.join(", ")}</b>, {optional.join(", ")}
      </p>
      <FileInput
        label={t`File`}
        accept=".csv,text/csv"
        placeholder={t`Choose a file`}
        clearable
        value={file}
        onChange={(chosen) => {
          setFile(chosen);
          setTried(undefined);
          setMade(undefined);
          if (chosen) void trying.run(chosen);
        }}
      />
      <ProblemAlert error={trying.error ?? importing.error} />
      {made ? (
        <Notice
          tone="good"
          title={<Plural value={made.made} one="# line was imported" other="# lines were imported" />}
        />
      ) : tried ? (
        <Notice
          tone={tried.refused.length ? "warn" : "accent"}
          title={<Plural value={tried.made} one="# line can be imported" other="# lines can be imported" />}
        >
          <Trans>Nothing has been written yet.</Trans>
        </Notice>
      ) : null}
      {shown?.known ? (
        <p className={css.about}>
          <Plural
            value={shown.known}
            one="# line is one of your deals already: it makes no second one."
            other="# lines are deals of yours already: they make no second ones."
          />
        </p>
      ) : null}
      {shown?.refused.length ? <Refused lines={shown.refused} /> : null}
      {tried && tried.made > 0 ? (
        <Group justify="flex-end">
          <Button onClick={() => importing.run()} loading={importing.pending}>
            <Plural value={tried.made} one="Import # line" other="Import # lines" />
          </Button>
        </Group>
      ) : null}
    </div>
  );
}

/** Why a line did not land, in the reader's language. */
function useReason() {
  const { t } = useLingui();
  const known = useRowText();
  return (reason: string) => {
    const [, named = ""] = /^(.*?) (?:cannot be right|is no address|is no domain)/.exec(reason) ?? [];
    if (reason.endsWith("cannot be right.")) return t`${named} cannot be right: look at its digits.`;
    if (reason.includes("is no address")) return t`${named} is no address of mail.`;
    if (reason.includes("is no domain")) return t`${named} is no domain such as acme.fr.`;
    if (reason.startsWith("Another lead")) return t`Another lead has this reference.`;
    return known(reason);
  };
}

function Refused({ lines }: { lines: Imported["refused"] }) {
  const { t } = useLingui();
  const say = useReason();
  return (
    <section className={css.refused} aria-label={t`Refused lines`} tabIndex={0}>
      <h3>
        <Plural value={lines.length} one="# line is refused" other="# lines are refused" />
      </h3>
      <ul>
        {lines.slice(0, 100).map((one) => (
          <li key={`${one.line} ${one.column}`}>
            <b>{one.column ? t`Line ${one.line}, ${one.column}` : t`Line ${one.line}`}</b>{" "}
            <span>{say(one.reason)}</span>
            <small>{one.cells.join(" · ")}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
