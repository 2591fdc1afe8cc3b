import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api } from "../api/client";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { Choice, Search, ShowAll, Twice } from "./kit";
import css from "./office.module.css";
import { ManagedBy } from "./PartnerRelation";
import { useRelationWords } from "./relationWords";
import { useWords } from "./words";

const route = getRouteApi("/office/relations");
const FILTERS = ["q", "relation", "manager", "unnamed"];

/** Who manages whom: every customer, and nobody, a colleague or a partner. */
export function Relations() {
  const { t } = useLingui();
  const words = useWords();
  const kinds = useRelationWords();
  const search = route.useSearch();
  const { q, relation, manager, unnamed, after } = search;
  const wanted = { relation, manager_id: manager, unnamed: unnamed ? true : undefined };
  const query = api.useQuery(
    "get",
    "/api/office/relations",
    { params: { query: { ...wanted, q, after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  const staff = api.useQuery("get", "/api/office/staff", {});
  const filtered = Boolean(q || relation || manager || unnamed);
  return (
    <Page
      title={<Trans>Who manages whom</Trans>}
      about={<Trans>Each customer serves itself, has an account manager, or is a partner’s.</Trans>}
      actions={
        <Export
          path="/api/office/relations/export"
          wanted={{ relation, manager_id: manager, unnamed: unnamed ? "true" : undefined }}
        >
          <Trans>Export these customers</Trans>
        </Export>
      }
    >
      <DataTable
        caption={t`Customers and who manages them`}
        query={query}
        search={search}
        rowKey={(row) => row.organisation_id}
        filters={
          <>
            <Search label={t`Name or reference`} name="q" value={q} />
            <Choice label={t`Any relation`} name="relation" value={relation} options={kinds.relations} />
            <Choice
              label={t`Any account manager`}
              name="manager"
              value={manager}
              options={Object.fromEntries(staff.data?.items.map((one) => [one.id, one.name]) ?? [])}
            />
            <Choice
              label={t`Named or not`}
              name="unnamed"
              value={unnamed}
              options={{ yes: t`Account manager to be named` }}
            />
            {filtered ? <ShowAll names={FILTERS} /> : null}
          </>
        }
        empty={
          filtered ? (
            <Empty title={<Trans>No customer matches</Trans>} action={<ShowAll names={FILTERS} />}>
              <Trans>Try another relation, or fewer letters.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>No customer yet</Trans>}>
              <Trans>Buyers, resellers and start-ups stand here once they have signed up.</Trans>
            </Empty>
          )
        }
        columns={[
          {
            key: "customer",
            label: t`Customer`,
            cell: (row) => (
              <Twice
                first={
                  <Link
                    className={css.link}
                    to="/office/partners/$organisationId"
                    params={{ organisationId: row.organisation_id }}
                  >
                    {row.name}
                  </Link>
                }
                second={words.segment(row.segment)}
              />
            ),
          },
          { key: "relation", label: t`Relation`, cell: (row) => kinds.relations[row.relation] },
          { key: "by", label: t`Managed by`, cell: (row) => <ManagedBy one={row} /> },
          { key: "why", label: t`Because`, faint: true, cell: (row) => kinds.bases[row.basis] },
          {
            key: "since",
            label: t`Since`,
            faint: true,
            cell: (row) => (row.basis === "segment" ? "–" : <Moment at={row.since} day />),
          },
        ]}
      />
    </Page>
  );
}
