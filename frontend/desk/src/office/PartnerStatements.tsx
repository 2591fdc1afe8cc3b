import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Panel } from "../desk/Page";
import { PartAmount, PartName } from "../desk/Part";
import { useSession } from "../desk/session";
import { partsOfRows, rowOf } from "../desk/statement";
import { useFormat } from "../i18n/format";
import css from "./office.module.css";
import { usePartWords } from "./partWords";

/** Statements of one partner; each row adds up to what is paid out. */
export function PartnerStatements({ id }: { id: string }) {
  const { t } = useLingui();
  const f = useFormat();
  const { can } = useSession();
  const words = usePartWords();
  const query = api.useQuery(
    "get",
    "/api/office/statements",
    { params: { query: { organisation_id: id, limit: 200 } } },
    { enabled: can("office:settlement:read") },
  );
  return (
    <Panel title={<Trans>Statements</Trans>} flush>
      <DataTable
        caption={t`Statements`}
        query={query}
        rowKey={(row) => row.id}
        pageSize={3}
        empty={
          <Empty title={<Trans>No statement yet</Trans>}>
            <Trans>One is drawn for each month that closes.</Trans>
          </Empty>
        }
        columns={[
          {
            key: "number",
            label: t`Statement`,
            cell: (row) => (
              <Link
                className={css.link}
                to="/office/statements/$statementId"
                params={{ statementId: row.id }}
              >
                {row.number}
              </Link>
            ),
          },
          { key: "month", label: t`Month`, cell: (row) => f.month(row.month) },
          ...partsOfRows(query.data?.items ?? []).map(
            (part): Column<Schema["StatementView"]> => ({
              key: part,
              label: <PartName>{words[part]}</PartName>,
              numeric: true,
              cell: (row) => <PartAmount value={rowOf(row)[part]} />,
            }),
          ),
          {
            key: "due",
            label: t`To be paid out`,
            numeric: true,
            cell: (row) => <Amount value={row.due} strong />,
          },
        ]}
      />
    </Panel>
  );
}
