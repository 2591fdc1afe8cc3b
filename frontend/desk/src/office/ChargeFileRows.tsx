import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { useChargeWords } from "../desk/charges";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { useRowText } from "../desk/refusedRows";
import { here } from "../desk/rows";
import { Tabs } from "../desk/Tabs";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import { Twice } from "./kit";

type Detail = Schema["ChargeFileDetail"];

/** The rows of a file: those refused with column and reason, and those that land with their price. */
export function FileRows({ detail }: { detail: Detail }) {
  const { t } = useLingui();
  const f = useFormat();
  const { file, landed, refused } = detail;
  const [shown, setShown] = useState<"refused" | "landed" | undefined>(
    refused.length > 0 ? "refused" : "landed",
  );
  const rest =
    shown === "refused" ? (file.refused ?? 0) - refused.length : (file.recorded ?? 0) - landed.length;
  const refusedColumns = useRefused();
  const landedColumns = useLanded();
  const note = rest > 0 ? t`and ${f.number(rest)} more` : undefined;
  return (
    <>
      <div style={{ marginBottom: 12 }}>
        <Tabs
          label={t`Rows`}
          value={shown}
          onChange={(value) => setShown(value ?? "landed")}
          items={[
            { value: "refused", label: t`Refused rows`, count: file.refused ?? 0 },
            {
              value: "landed",
              label: file.state === "imported" ? t`Charges recorded` : t`Would be recorded`,
              count: file.recorded ?? 0,
            },
          ]}
        />
      </div>
      {shown === "refused" ? (
        <DataTable
          caption={t`Refused rows`}
          query={here(refused)}
          rowKey={(row) => row.line}
          columns={refusedColumns}
          note={note}
          empty={
            <Empty title={<Trans>No row was refused</Trans>}>
              <Trans>Every row has what it needs.</Trans>
            </Empty>
          }
        />
      ) : (
        <DataTable
          caption={file.state === "imported" ? t`Charges recorded` : t`Would be recorded`}
          query={here(landed)}
          rowKey={(row) => row.line}
          columns={landedColumns}
          note={note}
          empty={
            <Empty title={<Trans>No new charge</Trans>}>
              <Trans>Every row is known already or was refused.</Trans>
            </Empty>
          }
        />
      )}
    </>
  );
}

function useRefused(): Column<Schema["FileRefusal"]>[] {
  const { t } = useLingui();
  const f = useFormat();
  const say = useRowText();
  return [
    { key: "line", label: t`Line`, cell: (row) => f.number(row.line) },
    { key: "column", label: t`Column`, cell: (row) => (row.column ? <code>{row.column}</code> : t`The row`) },
    { key: "reason", label: t`Why`, cell: (row) => say(row.reason) },
    {
      key: "cells",
      label: t`Cells of the file`,
      cell: (row) => row.cells.join(", ").slice(0, 160),
      faint: true,
    },
  ];
}

function useLanded(): Column<Schema["FileCharge"]>[] {
  const { t } = useLingui();
  const f = useFormat();
  const words = useChargeWords();
  return [
    { key: "line", label: t`Line`, cell: (row) => f.number(row.line), faint: true },
    {
      key: "who",
      label: t`Organisation`,
      cell: (row) => (
        <Twice first={row.organisation} second={row.end_customer ? t`for ${row.end_customer}` : undefined} />
      ),
    },
    {
      key: "day",
      label: t`Used on`,
      cell: (row) => (
        <>
          {f.date(`${row.charged_on}T12:00:00Z`)} {row.is_late ? <Pill>{t`Late`}</Pill> : null}
        </>
      ),
    },
    {
      key: "what",
      label: t`Resource`,
      cell: (row) => <Twice first={row.resource} second={words.environment(row.environment)} />,
    },
    {
      key: "list",
      label: t`List price`,
      numeric: true,
      faint: true,
      cell: (row) => <Amount value={row.list} />,
    },
    {
      key: "discount",
      label: t`Discounts`,
      numeric: true,
      faint: true,
      cell: (row) => <Amount value={row.discount} taken />,
    },
    {
      key: "credit",
      label: t`Credit`,
      numeric: true,
      faint: true,
      cell: (row) => <Amount value={row.credit} taken />,
    },
    {
      key: "owed",
      label: t`Owed to us`,
      numeric: true,
      cell: (row) => <Amount value={row.payable} strong />,
    },
  ];
}
