import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api } from "../api/client";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { Choice, Search, ShowAll, Twice } from "./kit";
import css from "./office.module.css";
import { useWords, VerificationPill } from "./words";

const route = getRouteApi("/office/partners/");

export function Partners() {
  const { t } = useLingui();
  const f = useFormat();
  const words = useWords();
  const search = route.useSearch();
  const { q, role, verification, after } = search;
  const query = api.useQuery(
    "get",
    "/api/office/organisations",
    { params: { query: { q, role, verification, after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  const filtered = Boolean(q || role || verification);
  return (
    <Page
      title={<Trans>Partners</Trans>}
      about={<Trans>Every organisation: editors, integrators, wholesalers, buyers.</Trans>}
    >
      <DataTable
        caption={t`Organisations`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        filters={
          <>
            <Search label={t`Name or reference`} name="q" value={q} />
            <Choice label={t`Any role`} name="role" value={role} options={words.roles} />
            <Choice
              label={t`Any state`}
              name="verification"
              value={verification}
              options={{ verified: t`Verified`, unverified: t`To be checked`, refused: t`Not accepted` }}
            />
          </>
        }
        empty={
          filtered ? (
            <Empty
              title={<Trans>No organisation matches</Trans>}
              action={<ShowAll names={["q", "role", "verification"]} />}
            >
              <Trans>Try fewer letters, or any role.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>No organisation yet</Trans>}>
              <Trans>They sign up in the store, or come with an import of sales.</Trans>
            </Empty>
          )
        }
        columns={[
          {
            key: "name",
            label: t`Organisation`,
            cell: (row) => (
              <Twice
                first={
                  <Link
                    className={css.link}
                    to="/office/partners/$organisationId"
                    params={{ organisationId: row.id }}
                  >
                    {row.name}
                  </Link>
                }
                second={row.reference}
              />
            ),
          },
          { key: "roles", label: t`Role`, cell: (row) => row.roles.map(words.role).join(", ") },
          { key: "country", label: t`Country`, cell: (row) => f.country(row.country) },
          { key: "state", label: t`Identity`, cell: (row) => <VerificationPill state={row.verification} /> },
          { key: "since", label: t`Since`, faint: true, cell: (row) => <Moment at={row.created_at} day /> },
        ]}
      />
    </Page>
  );
}
