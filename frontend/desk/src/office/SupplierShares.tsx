import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Can } from "../desk/Can";
import { Confirm } from "../desk/Confirm";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import { lastMonths, MonthChoice, Twice } from "./kit";

type Row = Schema["SupplierShareView"];

/** What suppliers have of the revenue of their pools, by their contracts. */
export function SupplierShares({ month: chosen }: { month: string | undefined }) {
  const { t } = useLingui();
  const f = useFormat();
  const months = lastMonths(12);
  const month = chosen ?? months[1] ?? "";
  const [asked, setAsked] = useState<string>();
  const query = api.useQuery("get", "/api/office/supplier-shares", { params: { query: { month } } });
  const post = async (wanted: string) => {
    const { error } = await http.POST("/api/office/supplier-shares/{month}", {
      params: { path: { month: wanted } },
    });
    if (error) throw error;
    await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/supplier-shares"] });
  };
  const coming = query.data?.items.some((row) => row.posted_at === null);
  return (
    <section>
      <Group justify="space-between" mb="sm">
        <h2 style={{ fontSize: 16, margin: 0 }}>{t`Suppliers’ shares of ${f.month(month)}`}</h2>
        {coming ? (
          <Can scope="office:settlement:close">
            <Button size="xs" variant="default" onClick={() => setAsked(month)}>
              <Trans>Post them</Trans>
            </Button>
          </Can>
        ) : null}
      </Group>
      <DataTable
        caption={t`Suppliers’ shares of ${f.month(month)}`}
        query={query}
        rowKey={(row) => `${row.contract_id}-${row.rate_bp}-${row.share.currency}`}
        pageSize={3}
        filters={<MonthChoice label={t`Last month`} name="month" value={chosen} months={months} />}
        columns={useColumns()}
        empty={
          <Empty title={<Trans>No supplier has a share of this month</Trans>}>
            <Trans>
              Give a contract a share of a pool: it counts what is charged for resources of that name.
            </Trans>
          </Empty>
        }
      />
      <Confirm
        about={asked}
        title={t`Post the shares ${f.ofMonth(month)}?`}
        action={<Trans>Post them</Trans>}
        run={post}
        onClose={() => setAsked(undefined)}
      >
        <p>
          <Trans>
            Each supplier has its share on its next statement, with VAT, and is paid with it. The month has to
            be closed; every night this happens by itself.
          </Trans>
        </p>
      </Confirm>
    </section>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useLingui();
  const f = useFormat();
  return [
    {
      key: "who",
      label: t`Supplier`,
      cell: (row) => <Twice first={row.organisation_name} second={row.contract_reference} />,
    },
    { key: "pool", label: t`Pool`, cell: (row) => row.base },
    { key: "revenue", label: t`Revenue`, numeric: true, cell: (row) => <Amount value={row.revenue} /> },
    { key: "rate", label: t`Rate`, numeric: true, faint: true, cell: (row) => f.rate(row.rate_bp) },
    { key: "share", label: t`Share`, numeric: true, cell: (row) => <Amount value={row.share} strong /> },
    {
      key: "state",
      label: t`State`,
      cell: (row) =>
        row.posted_at ? <Pill tone="good">{t`Posted`}</Pill> : <Pill tone="warn">{t`To post`}</Pill>,
    },
  ];
}
