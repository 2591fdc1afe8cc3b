import { Trans, useLingui } from "@lingui/react/macro";
import { api } from "../api/client";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Moment } from "../desk/Moment";
import { VatCheck } from "../desk/VatCheck";
import { useFormat } from "../i18n/format";
import { DAY } from "../i18n/text";
import { Pill } from "../ui/Pill";
import css from "./File.module.css";
import { type Evidence, useFile, useFileWords } from "./file";

/** All that was ever sent, the newest first, with what was decided on it. */
export function History() {
  const { t } = useLingui();
  const evidence = api.useQuery("get", "/api/portal/file/evidence");
  return (
    <section>
      <h2 className={css.over}>
        <Trans>What you have sent</Trans>
      </h2>
      <DataTable
        caption={t`What you have sent`}
        columns={useColumns()}
        query={evidence}
        rowKey={(row) => row.id}
        pageSize={3}
        empty={
          <Empty title={<Trans>Nothing was sent yet</Trans>}>
            <Trans>What you give above stands here, with what was decided on it.</Trans>
          </Empty>
        }
      />
    </section>
  );
}

function useColumns(): Column<Evidence>[] {
  const { t } = useLingui();
  const f = useFormat();
  const words = useFileWords();
  const { data: file } = useFile();
  const named = (name: string) => {
    const found = file?.items.find((item) => item.name === name);
    return found ? words.own(found.words) : name;
  };
  return [
    { key: "item", label: <Trans>What</Trans>, cell: (row) => <b>{named(row.item)}</b> },
    {
      key: "said",
      label: <Trans>Said</Trans>,
      cell: (row) => (
        <>
          {said(row)}
          {row.document_id ? (
            <>
              {" "}
              <a href={`/api/portal/file/documents/${row.document_id}`} download>
                {row.document_name ?? t`Document`}
              </a>
            </>
          ) : null}
          {row.check ? <VatCheck check={row.check} /> : null}
        </>
      ),
    },
    {
      key: "state",
      label: <Trans>Decision</Trans>,
      cell: (row) =>
        row.decision === "accepted" ? (
          <Pill tone="good">
            {row.expires_on ? t`Accepted until ${f.date(row.expires_on, DAY)}` : t`Accepted`}
          </Pill>
        ) : row.decision === "refused" ? (
          <Pill tone="bad">
            <Trans>Refused</Trans>
          </Pill>
        ) : (
          <Pill>
            <Trans>Waits</Trans>
          </Pill>
        ),
    },
    {
      key: "at",
      label: <Trans>Sent</Trans>,
      cell: (row) => <Moment at={row.supplied_at} day />,
      faint: true,
    },
  ];
}

/** The value, or the people with their shares in percent. */
export const said = (row: Evidence) =>
  row.value ??
  row.people
    .map(({ name, share_bp }) => (share_bp === null ? name : `${name} (${share_bp / 100}\u00a0%)`))
    .join(", ");
