import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Choice, Search, useFilter } from "../desk/Filters";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import { useMonths } from "./months";
import { type SaleSort, saleFilters } from "./saleFilters";
import { useWords } from "./words";

const route = getRouteApi("/portal/sales");
type Row = Schema["SaleView"];
const SORTS: Record<string, SaleSort> = { "-at": "newest", at: "oldest", "-net": "largest", net: "smallest" };

export function Sales() {
  const search = route.useSearch();
  const { t } = useLingui();
  const f = useFormat();
  const filter = useFilter();
  const wanted = saleFilters(search);
  const query = useQuery({
    ...api.queryOptions("get", "/api/portal/sales", {
      params: { query: { ...wanted, sort: SORTS[search.sort ?? "-at"], limit: 50, after: search.after } },
    }),
    placeholderData: keepPreviousData,
  });
  const totals = useQuery({
    ...api.queryOptions("get", "/api/portal/sales/totals", { params: { query: wanted } }),
    placeholderData: keepPreviousData,
  });
  const listings = api.useQuery("get", "/api/portal/listings", { params: { query: { limit: 200 } } });
  const months = useMonths();
  const filtered = Object.values(wanted).some((value) => value !== undefined);
  return (
    <Page
      title={<Trans>Sales</Trans>}
      about={
        <Trans>
          Every sale and refund of your listings with what became of it, as soon as it is recorded.
        </Trans>
      }
      actions={
        <Export path="/api/portal/sales/export" wanted={wanted}>
          <Trans>Export these sales</Trans>
        </Export>
      }
    >
      <DataTable
        caption={t`Sales and refunds`}
        columns={useColumns()}
        query={query}
        rowKey={(row) => row.id}
        search={search}
        sortedBy="-at"
        pageSize={16}
        note={totals.data?.length ? <Totals totals={totals.data} /> : undefined}
        filters={
          <>
            <Choice
              label={t`Every month`}
              name="month"
              value={search.month}
              options={months.map((month) => ({ value: month, label: f.month(month) }))}
            />
            <Choice
              label={t`Sales and refunds`}
              name="kind"
              value={search.kind}
              options={[
                { value: "sale", label: t`Sales only` },
                { value: "refund", label: t`Refunds only` },
              ]}
            />
            <Choice
              label={t`Every listing`}
              name="listing"
              value={search.listing}
              options={(listings.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            />
            <Search label={t`Beginning of a reference`} name="q" value={search.q} />
          </>
        }
        empty={
          filtered ? (
            <Empty
              title={<Trans>Nothing matches</Trans>}
              action={
                <Button
                  variant="default"
                  size="sm"
                  onClick={() =>
                    filter({ month: undefined, kind: undefined, listing: undefined, q: undefined })
                  }
                >
                  <Trans>Show all sales</Trans>
                </Button>
              }
            >
              <Trans>Another month, another listing, or fewer letters of the reference.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>No sale yet</Trans>}>
              <Trans>A sale stands here within a second of its payment.</Trans>
            </Empty>
          )
        }
      />
    </Page>
  );
}

function Totals({ totals }: { totals: Schema["SalesTotal"][] | undefined }) {
  const f = useFormat();
  const [first] = totals ?? [];
  if (!first) return null;
  return (
    <>
      <Plural value={first.lines} one="# line" other="# lines" />
      {" · "}
      <Trans>
        {f.money(first.net)} sold, {f.money(first.partner)} for you
      </Trans>
    </>
  );
}

function useColumns(): Column<Row>[] {
  const f = useFormat();
  const words = useWords();
  return [
    {
      key: "at",
      label: <Trans>Sold on</Trans>,
      cell: (row) => <Moment at={row.sold_at} day happened />,
      sort: "at",
    },
    {
      key: "reference",
      label: <Trans>Reference</Trans>,
      cell: (row) => (
        <>
          {row.reference}{" "}
          {row.kind === "refund" ? (
            <Pill tone="warn">
              <Trans>Refund</Trans>
            </Pill>
          ) : null}
        </>
      ),
    },
    { key: "listing", label: <Trans>Listing</Trans>, cell: (row) => row.listing_name },
    { key: "channel", label: <Trans>Channel</Trans>, cell: (row) => words.channel(row.channel), faint: true },
    {
      key: "buyer",
      label: <Trans>Buyer</Trans>,
      cell: (row) => words.segment(row.buyer_segment),
      faint: true,
    },
    {
      key: "net",
      label: <Trans>VAT excluded</Trans>,
      cell: (row) => <Amount value={row.net} />,
      numeric: true,
      sort: "net",
    },
    {
      key: "kept",
      label: <Trans>Kept by us</Trans>,
      cell: (row) => (
        <span title={`${f.rate(row.share_rule.operator_bp)}, ${row.share_rule.name}`}>
          <Amount value={row.operator} taken />
        </span>
      ),
      numeric: true,
      faint: true,
    },
    {
      key: "partner",
      label: <Trans>Your share</Trans>,
      cell: (row) => <Amount value={row.partner} strong />,
      numeric: true,
    },
  ];
}
