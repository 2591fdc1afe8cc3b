import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api } from "../api/client";
import { Amount } from "../desk/Amount";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { ListingPill } from "../desk/Listing";
import { useListingWords } from "../desk/listing";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { Tabs } from "../desk/Tabs";
import { Pill } from "../ui/Pill";
import { ShowAll, Twice, useFilter } from "./kit";
import { ListingReview } from "./ListingReview";
import { TABS, type Tab } from "./listingTabs";
import { useNames } from "./names";
import css from "./office.module.css";

const route = getRouteApi("/office/listings");

/** Every listing of every partner: what waits to be read first. */
export function Listings() {
  const { t } = useLingui();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = useFilter();
  const { statuses } = useListingWords();
  const query = api.useQuery(
    "get",
    "/api/office/listings",
    { params: { query: { after: search.after, status: search.status, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  const { data: counted } = api.useQuery("get", "/api/office/listing-counts");
  const number = (tab: Tab) => counted?.items.find(({ status }) => status === tab)?.number ?? 0;
  const all = TABS.filter((tab) => tab !== "changed").reduce((sum, tab) => sum + number(tab), 0);
  const names = useNames(query.data?.items.map((row) => row.organisation_id) ?? []);
  const shown = TABS.filter(
    (tab) => tab === "submitted" || tab === "published" || tab === search.status || number(tab) > 0,
  );
  return (
    <Page
      title={<Trans>Listings</Trans>}
      about={<Trans>Somebody reads each listing before it is on sale, and says why it is or is not.</Trans>}
      actions={
        <>
          <Button variant="default" size="sm" component={Link} to="/office/joint-offers">
            <Trans>Joint offers</Trans>
          </Button>
          <Export path="/api/office/listing-decisions/export" wanted={{}}>
            <Trans>Export the decisions</Trans>
          </Export>
        </>
      }
    >
      <DataTable
        caption={t`Listings`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        filters={
          <Tabs<Tab>
            label={t`State`}
            value={search.status}
            onChange={(status) => filter({ status, listing: undefined })}
            items={[
              { value: undefined, label: t`Every state`, count: counted ? all : undefined },
              ...shown.map((tab) => ({
                value: tab,
                label: tab === "changed" ? t`Changed since read` : statuses[tab],
                count: counted ? number(tab) : undefined,
              })),
            ]}
          />
        }
        isOpen={(row) => row.id === search.listing}
        empty={
          search.status === undefined ? (
            <Empty title={<Trans>No listing yet</Trans>}>
              <Trans>Partners write them in the portal and submit them.</Trans>
            </Empty>
          ) : search.status === "submitted" ? (
            <Empty title={<Trans>Nothing waits to be read</Trans>} action={<ShowAll names={["status"]} />}>
              <Trans>Partners submit their listings in the portal: they then appear here.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>No listing is in this state</Trans>} action={<ShowAll names={["status"]} />}>
              <Trans>Choose another state, or all.</Trans>
            </Empty>
          )
        }
        columns={[
          {
            key: "name",
            label: t`Listing`,
            cell: (row) => (
              <Twice
                first={
                  <Link
                    className={css.link}
                    to="/office/listings"
                    search={(old) => ({ ...old, listing: row.id })}
                    resetScroll={false}
                  >
                    {row.name}
                  </Link>
                }
                second={row.reference}
              />
            ),
          },
          {
            key: "whose",
            label: t`Partner`,
            cell: (row) => (
              <Link to="/office/partners/$organisationId" params={{ organisationId: row.organisation_id }}>
                {names(row.organisation_id)}
              </Link>
            ),
          },
          {
            key: "state",
            label: t`State`,
            cell: (row) => (
              <span style={{ display: "inline-flex", flexWrap: "wrap", gap: 6 }}>
                <ListingPill status={row.status} />
                {row.changed_since_review ? <Pill tone="warn">{t`Changed since read`}</Pill> : null}
                {row.status === "submitted" && row.missing.includes("organisation") ? (
                  <Pill>{t`Partner to be checked`}</Pill>
                ) : null}
              </span>
            ),
          },
          {
            key: "price",
            label: t`Price, before VAT`,
            numeric: true,
            cell: (row) => (row.price ? <Amount value={row.price} strong /> : "–"),
          },
          { key: "since", label: t`Since`, faint: true, cell: (row) => <Moment at={row.created_at} day /> },
        ]}
      />
      <ListingReview
        id={search.listing}
        onClose={() => navigate({ search: (old) => ({ ...old, listing: undefined }), resetScroll: false })}
      />
    </Page>
  );
}
