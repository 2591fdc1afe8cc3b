import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, http } from "../api/client";
import { Amount } from "../desk/Amount";
import { Can } from "../desk/Can";
import { DealPill } from "../desk/Deal";
import { type DealView, STAGES, useDealWords } from "../desk/deals";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Search, useFilter } from "../desk/Filters";
import { ImportLines } from "../desk/ImportLines";
import { Loaded } from "../desk/Loaded";
import { Page } from "../desk/Page";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { IconPlus, IconUpload } from "../ui/icons";
import { DealForm } from "./DealForm";
import { DealSide } from "./DealSide";
import css from "./Deals.module.css";
import { rereadDeals } from "./deals";

const route = getRouteApi("/portal/deals");
const MOST = 200;

/** The deals of the organisation, by stage: columns on a wide screen, one list on a phone. */
export function Deals() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { t } = useLingui();
  const query = useQuery({
    ...api.queryOptions("get", "/api/portal/deals", { params: { query: { limit: MOST, q: search.q } } }),
    placeholderData: keepPreviousData,
  });
  const open = (changes: { new?: true; file?: true; deal?: string; edit?: string }) =>
    navigate({
      search: (old) => ({ q: old.q, ...changes }),
      resetScroll: false,
    });
  const newButton = (
    <Can scope="portal:deal:write">
      <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => open({ new: true })}>
        <Trans>New deal</Trans>
      </Button>
    </Can>
  );
  return (
    <Page
      title={<Trans>Deals</Trans>}
      about={
        <Trans>Register a customer that you bring: once we approve, no other partner has it meanwhile.</Trans>
      }
      actions={
        <>
          {newButton}
          <Can scope="portal:deal:write">
            <Button
              size="sm"
              variant="default"
              leftSection={<IconUpload size={16} />}
              onClick={() => open({ file: true })}
            >
              <Trans>Import</Trans>
            </Button>
          </Can>
          <Export path="/api/portal/deals/export" wanted={{ q: search.q }}>
            <Trans>Export</Trans>
          </Export>
        </>
      }
    >
      <div className={css.filters}>
        <Search label={t`Customer, number or domain`} name="q" value={search.q} />
      </div>
      <Loaded query={query} height={420}>
        {(page) =>
          page.items.length === 0 ? (
            <None filtered={search.q !== undefined} action={newButton} />
          ) : (
            <>
              <Board deals={page.items} />
              {page.next ? (
                <p className={css.more}>
                  <Trans>These are your newest deals. Search for an older one, or export them all.</Trans>
                </p>
              ) : null}
            </>
          )
        }
      </Loaded>
      <DealSide id={search.deal} onClose={() => open({})} onEdit={(id) => open({ edit: id })} />
      <Side
        opened={search.new === true || search.edit !== undefined}
        onClose={() => open(search.edit ? { deal: search.edit } : {})}
        size={600}
        closeOnClickOutside={false}
        title={search.edit ? <Trans>Change the deal</Trans> : <Trans>New deal</Trans>}
      >
        {search.new || search.edit ? (
          <DealForm
            key={search.edit ?? search.on ?? "new"}
            id={search.edit}
            on={search.on}
            onDone={(id) => open({ deal: id })}
          />
        ) : null}
      </Side>
      <Side opened={search.file === true} onClose={() => open({})} title={<Trans>Import deals</Trans>}>
        <ImportLines
          columns={["customer_name", "customer_country", "customer_segment", "target_close_on"]}
          optional={[
            "customer_siren",
            "customer_vat",
            "customer_domain",
            "contact_name",
            "contact_email",
            "environment",
            "plan",
            "amount",
            "currency",
            "next_steps",
          ]}
          send={async (csv, dry_run) => {
            const { data, error } = await http.POST("/api/portal/deals/import", { body: { csv, dry_run } });
            if (error) throw error;
            return data;
          }}
          onDone={rereadDeals}
        />
      </Side>
    </Page>
  );
}

function None({ filtered, action }: { filtered: boolean; action: React.ReactNode }) {
  const filter = useFilter();
  return filtered ? (
    <Empty
      title={<Trans>No deal matches</Trans>}
      action={
        <Button size="sm" variant="default" onClick={() => filter({ q: undefined })}>
          <Trans>Show all</Trans>
        </Button>
      }
    >
      <Trans>Try fewer letters of the customer’s name.</Trans>
    </Empty>
  ) : (
    <Empty title={<Trans>No deal yet</Trans>} action={action}>
      <Trans>
        Name the customer and what it plans. The draft is yours alone until you submit it; we answer with a
        protection of the customer, or with our reasons.
      </Trans>
    </Empty>
  );
}

/** A column for what is being read, one for each stage, and one for what has ended. */
function Board({ deals }: { deals: DealView[] }) {
  const { t } = useLingui();
  const words = useDealWords();
  const ended = (deal: DealView) =>
    deal.review === "rejected" || deal.review === "withdrawn" || deal.stage === "closed_lost";
  const columns = [
    {
      key: "registration",
      label: t`Registration`,
      deals: deals.filter((deal) => deal.review !== "approved" && !ended(deal)),
    },
    ...STAGES.map((stage) => ({
      key: stage,
      label: words.stages[stage],
      deals: deals.filter((deal) => deal.review === "approved" && deal.stage === stage),
    })),
    { key: "ended", label: t`Over or lost`, deals: deals.filter(ended) },
  ];
  return (
    <section className={css.board} aria-label={t`Deals by stage`} tabIndex={0}>
      {columns.map((column) => (
        <div key={column.key} className={css.column} data-none={column.deals.length === 0 || undefined}>
          <h2>
            {column.label} <span className="tnum">{column.deals.length}</span>
          </h2>
          <Total deals={column.deals} />
          <ul>
            {column.deals.map((deal) => (
              <li key={deal.id}>
                <Card deal={deal} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

/** What a column is worth a month, where it is in one currency. */
function Total({ deals }: { deals: DealView[] }) {
  const [first] = deals;
  if (!first || deals.some((deal) => deal.amount.currency !== first.amount.currency)) return null;
  const sum = deals.reduce((total, deal) => total + deal.amount.amount_minor, 0);
  return (
    <p className={css.total}>
      <Amount value={{ ...first.amount, amount_minor: sum }} /> <Trans>a month</Trans>
    </p>
  );
}

function Card({ deal }: { deal: DealView }) {
  const { t } = useLingui();
  const f = useFormat();
  const close = f.date(`${deal.target_close_on}T12:00:00Z`);
  return (
    <article className={css.card}>
      <Link
        from="/portal/deals"
        to="/portal/deals"
        search={(old) => ({ ...old, deal: deal.id })}
        resetScroll={false}
      >
        {deal.customer_name}
      </Link>
      <span className={css.row}>
        <Amount value={deal.amount} />
        <small>{t`signature ${close}`}</small>
      </span>
      <span className={css.row}>
        {deal.review === "approved" && deal.stage !== "closed_lost" ? <span /> : <DealPill deal={deal} />}
        {deal.review === "approved" && deal.protected_until ? (
          <Protected until={deal.protected_until} />
        ) : null}
      </span>
    </article>
  );
}

function Protected({ until }: { until: string }) {
  const { t } = useLingui();
  const days = Math.ceil((Date.parse(until) - Date.now()) / 86_400_000);
  if (days <= 0) return <small>{t`protection ended`}</small>;
  return <small data-soon={days <= 14 || undefined}>{t`protected for ${days} d`}</small>;
}
