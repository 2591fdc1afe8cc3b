import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../api/client";
import { Amount } from "../desk/Amount";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import { Choice, lastMonths, MonthChoice, Search, ShowAll, Twice } from "./kit";
import { useNames } from "./names";
import { OrderSide } from "./OrderSide";
import css from "./office.module.css";
import { useWords } from "./words";

const route = getRouteApi("/office/sales");
const FILTERS = ["reference", "month", "through", "kind", "channel", "segment", "source", "partner"];

export function Sales() {
  const { t } = useLingui();
  const words = useWords();
  const f = useFormat();
  const [order, setOrder] = useState<string>();
  const search = route.useSearch();
  const { reference, month, through, kind, channel, segment, source, partner, after } = search;
  const wanted = {
    reference,
    month,
    through,
    kind,
    channel,
    source,
    buyer_segment: segment,
    organisation_id: partner,
  };
  const query = api.useQuery(
    "get",
    "/api/office/sales",
    {
      params: { query: { ...wanted, after, limit: 25 } },
    },
    { placeholderData: keepPreviousData },
  );
  const names = useNames([
    ...(partner ? [partner] : []),
    ...(query.data?.items.map((row) => row.organisation_id) ?? []),
  ]);
  const range = month && through && through !== month;
  const filtered = FILTERS.some((name) => search[name as keyof typeof search]);
  return (
    <Page
      title={<Trans>Sales</Trans>}
      about={
        partner ? (
          t`Of ${names(partner)}: each line as it was shared.`
        ) : range ? (
          <Trans>
            From {f.month(month)} to {f.month(through)}: each line as it was shared.
          </Trans>
        ) : (
          <Trans>Every sale and refund, as it was shared on its day.</Trans>
        )
      }
      actions={
        <Export path="/api/office/sales/export" wanted={wanted}>
          <Trans>Export these sales</Trans>
        </Export>
      }
    >
      <DataTable
        caption={t`Sales and refunds`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        filters={
          <>
            <Search label={t`Reference`} name="reference" value={reference} />
            {range ? null : (
              <MonthChoice label={t`Any month`} name="month" value={month} months={lastMonths(12)} />
            )}
            <Choice label={t`Sales and refunds`} name="kind" value={kind} options={words.kinds} />
            <Choice label={t`Any channel`} name="channel" value={channel} options={words.channels} />
            <Choice label={t`Any customer`} name="segment" value={segment} options={words.segments} />
            <Choice label={t`Any source`} name="source" value={source} options={words.sources} />
            {filtered ? <ShowAll names={FILTERS} /> : null}
          </>
        }
        empty={
          filtered ? (
            <Empty title={<Trans>No sale matches</Trans>} action={<ShowAll names={FILTERS} />}>
              <Trans>Try another month, or any channel.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>Nothing was sold yet</Trans>}>
              <Trans>Sales appear here once a listing is bought or sales are imported.</Trans>
            </Empty>
          )
        }
        columns={[
          { key: "at", label: t`Sold`, cell: (row) => <Moment at={row.sold_at} day happened /> },
          {
            key: "what",
            label: t`Listing`,
            cell: (row) => (
              <Twice
                first={row.joint?.owner ? t`${row.listing_name} (with ${row.joint.owner})` : row.listing_name}
                second={
                  <Link
                    to="/office/partners/$organisationId"
                    params={{ organisationId: row.organisation_id }}
                  >
                    {names(row.organisation_id)}
                  </Link>
                }
              />
            ),
          },
          {
            key: "kind",
            label: t`Kind`,
            cell: (row) => (
              <>
                {row.kind === "refund" ? (
                  <Pill tone="warn">{words.kind(row.kind)}</Pill>
                ) : (
                  words.kind(row.kind)
                )}{" "}
                {row.is_late ? <Pill>{t`Late`}</Pill> : null}
              </>
            ),
          },
          {
            key: "channel",
            label: t`Channel`,
            cell: (row) => (
              <Twice first={words.channel(row.channel)} second={words.segment(row.buyer_segment)} />
            ),
          },
          { key: "net", label: t`Before VAT`, numeric: true, cell: (row) => <Amount value={row.net} /> },
          {
            key: "rule",
            label: t`Rule`,
            faint: true,
            numeric: true,
            cell: (row) => `${f.rate(row.share_rule.operator_bp)} / ${f.rate(row.share_rule.partner_bp)}`,
          },
          {
            key: "operator",
            label: t`We keep`,
            numeric: true,
            cell: (row) => <Amount value={row.operator} />,
          },
          {
            key: "partner",
            label: t`Partner receives`,
            numeric: true,
            cell: (row) => <Amount value={row.partner} strong />,
          },
          {
            key: "entry",
            label: t`In the books`,
            cell: (row) => (
              <Link
                className={css.link}
                to="/office/ledger/entries"
                search={{ reference: `${row.kind}:${row.reference}` }}
              >
                <Trans>Postings</Trans>
              </Link>
            ),
          },
          {
            key: "order",
            label: t`Order`,
            cell: (row) =>
              row.source === "order" && row.kind === "sale" ? (
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => setOrder(row.reference.replace(/^order:/, ""))}
                >
                  <Trans>Who bought, who manages</Trans>
                </Button>
              ) : null,
          },
        ]}
      />
      <OrderSide id={order} onClose={() => setOrder(undefined)} />
    </Page>
  );
}
