import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { type Column, DataTable } from "../desk/DataTable";
import { DealPill } from "../desk/Deal";
import { STAGES, useDealWords } from "../desk/deals";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { Tabs } from "../desk/Tabs";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import { DealReview } from "./DealReview";
import { Choice, Search, ShowAll, Twice, useFilter } from "./kit";
import css from "./office.module.css";

const route = getRouteApi("/office/deals");
type Deal = Schema["DealView"];

/** Deals of all partners: those that wait first; each is read beside what it meets. */
export function Deals() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { t } = useLingui();
  const words = useDealWords();
  const filter = useFilter();
  const shown = search.review ?? "waiting";
  const wanted = {
    review: shown === "all" ? undefined : (shown as "waiting" | Exclude<typeof shown, "all">),
    stage: search.stage,
    q: search.q,
  };
  const query = useQuery({
    ...api.queryOptions("get", "/api/office/deals", {
      params: { query: { ...wanted, after: search.after, limit: 50 } },
    }),
    placeholderData: keepPreviousData,
  });
  const { data: seen } = api.useQuery("get", "/api/office/deal-settings");
  const filtered = search.q !== undefined || search.stage !== undefined;
  return (
    <Page
      title={<Trans>Deals</Trans>}
      about={<Trans>Who brings a customer: what you approve protects it from every other partner.</Trans>}
      actions={
        <>
          <Link to="/office/deal-settings">
            <Trans>Protection and delays</Trans>
          </Link>
          <Export path="/api/office/deals/export" wanted={wanted}>
            <Trans>Export</Trans>
          </Export>
        </>
      }
    >
      <Tabs
        label={t`Deals by state`}
        value={search.review}
        onChange={(review) => filter({ review })}
        items={[
          { value: undefined, label: t`To be read`, count: seen?.waiting },
          { value: "action_required", label: words.reviews.action_required },
          { value: "approved", label: words.reviews.approved },
          { value: "rejected", label: words.reviews.rejected },
          { value: "all", label: t`All deals` },
        ]}
      />
      <DataTable
        caption={t`Deals`}
        columns={useColumns()}
        query={query}
        rowKey={(row) => row.id}
        search={search}
        filters={
          <>
            <Search label={t`Customer, number or domain`} name="q" value={search.q} />
            {shown === "approved" || shown === "all" ? (
              <Choice
                label={t`Any stage`}
                name="stage"
                value={search.stage}
                options={Object.fromEntries(
                  [...STAGES, "closed_lost" as const].map((stage) => [stage, words.stages[stage]]),
                )}
              />
            ) : null}
          </>
        }
        empty={
          filtered ? (
            <Empty title={<Trans>No deal matches</Trans>} action={<ShowAll names={["q", "stage"]} />}>
              <Trans>Try fewer letters, or any stage.</Trans>
            </Empty>
          ) : (
            <Empty title={shown === "waiting" ? <Trans>No deal waits</Trans> : <Trans>No deal here</Trans>}>
              <Trans>Partners register deals in their portal; what they submit comes here.</Trans>
            </Empty>
          )
        }
      />
      <DealReview
        id={search.deal}
        onClose={() => navigate({ search: (old) => ({ ...old, deal: undefined }), resetScroll: false })}
      />
    </Page>
  );
}

function useColumns(): Column<Deal>[] {
  const { t } = useLingui();
  const f = useFormat();
  const words = useDealWords();
  return [
    {
      key: "customer",
      label: t`Customer`,
      cell: (row) => (
        <Twice
          first={
            <Link
              className={css.link}
              from="/office/deals"
              to="/office/deals"
              search={(old) => ({ ...old, deal: row.id })}
              resetScroll={false}
            >
              {row.customer_name}
            </Link>
          }
          second={[t`No. ${row.number}`, row.customer_siren ?? row.customer_vat ?? row.customer_domain]
            .filter(Boolean)
            .join(" · ")}
        />
      ),
    },
    { key: "partner", label: t`Partner`, cell: (row) => row.organisation },
    {
      key: "product",
      label: t`Product`,
      cell: (row) => row.listing ?? words.environments[row.environment ?? ""] ?? "–",
      faint: true,
    },
    { key: "amount", label: t`A month`, numeric: true, cell: (row) => <Amount value={row.amount} /> },
    {
      key: "state",
      label: t`State`,
      cell: (row) => (
        <>
          <DealPill deal={row} /> {row.has_conflict ? <Pill tone="bad">{t`Conflict`}</Pill> : null}
        </>
      ),
    },
    {
      key: "close",
      label: t`Signature`,
      cell: (row) => f.date(`${row.target_close_on}T12:00:00Z`),
      faint: true,
    },
    {
      key: "since",
      label: t`Submitted`,
      cell: (row) => (row.submitted_at ? <Moment at={row.submitted_at} day /> : "–"),
      faint: true,
    },
  ];
}
