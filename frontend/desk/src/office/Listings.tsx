import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api } from "../api/client";
import { Amount } from "../desk/Amount";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { Pill, type Tone } from "../ui/Pill";
import { Twice } from "./kit";
import { useNames } from "./names";
import css from "./office.module.css";

const route = getRouteApi("/office/listings");
const TONES: Record<string, Tone> = { draft: "warn", published: "good", imported: "neutral" };

/** Every listing of every partner; on sale, or not yet. */
export function Listings() {
  const { t, i18n } = useLingui();
  const search = route.useSearch();
  const query = api.useQuery(
    "get",
    "/api/office/listings",
    { params: { query: { after: search.after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  const names = useNames(query.data?.items.map((row) => row.organisation_id) ?? []);
  const states: Record<string, string> = {
    draft: t`Draft`,
    published: t`On sale`,
    imported: t`Sold elsewhere`,
  };
  return (
    <Page
      title={<Trans>Listings</Trans>}
      about={<Trans>What partners sell: on sale in the store, drafts, and what is sold elsewhere.</Trans>}
    >
      <DataTable
        caption={t`Listings`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        empty={
          <Empty title={<Trans>No listing yet</Trans>}>
            <Trans>Partners write them in the portal.</Trans>
          </Empty>
        }
        columns={[
          {
            key: "name",
            label: t`Listing`,
            cell: (row) => (
              <Twice
                first={
                  row.status === "published" ? (
                    <a className={css.link} href={`/${i18n.locale}/listings/${row.slug}`}>
                      {row.name}
                    </a>
                  ) : (
                    row.name
                  )
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
            cell: (row) => <Pill tone={TONES[row.status] ?? "neutral"}>{states[row.status]}</Pill>,
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
    </Page>
  );
}
