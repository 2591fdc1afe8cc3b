import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { api } from "../api/client";
import { Amount } from "../desk/Amount";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Page } from "../desk/Page";
import { ShowAll, Twice } from "./kit";
import { kindOf, partnerOf, useNames } from "./names";
import css from "./office.module.css";
import { useWords } from "./words";

const route = getRouteApi("/office/ledger/accounts/");

export function Accounts() {
  const { t } = useLingui();
  const words = useWords();
  const search = route.useSearch();
  const { code, kind, currency, after } = search;
  const query = api.useQuery(
    "get",
    "/api/office/ledger/accounts",
    { params: { query: { code, kind, currency, after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  const names = useNames(query.data?.items.flatMap((row) => partnerOf(row.code) ?? []) ?? []);
  const [only, another] = query.data?.items ?? [];
  // A total of the operator's is one account: its postings are meant.
  const meant = !after && code?.startsWith("operator:") && !another && !query.isPlaceholderData;
  const accountId = meant && only ? String(only.id) : undefined;
  const navigate = useNavigate();
  useEffect(() => {
    if (accountId)
      navigate({ to: "/office/ledger/accounts/$accountId", params: { accountId }, replace: true });
  }, [accountId, navigate]);
  return (
    <Page
      title={kind ? words.account(`${code?.split(":")[0]}:${kind}`) : <Trans>Accounts</Trans>}
      about={<Trans>One account of each partner; its postings are one click away.</Trans>}
    >
      <p className={css.crumb}>
        <Link to="/office/ledger">
          <Trans>Ledger</Trans>
        </Link>
      </p>
      <DataTable
        caption={t`Accounts`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        empty={
          <Empty
            title={<Trans>No account matches</Trans>}
            action={<ShowAll names={["code", "kind", "currency"]} />}
          />
        }
        columns={[
          {
            key: "name",
            label: t`Account`,
            cell: (row) => {
              const partner = partnerOf(row.code);
              return (
                <Twice
                  first={
                    <Link
                      className={css.link}
                      to="/office/ledger/accounts/$accountId"
                      params={{ accountId: String(row.id) }}
                    >
                      {partner ? names(partner) : words.account(kindOf(row.code))}
                    </Link>
                  }
                  second={partner ? words.account(kindOf(row.code)) : null}
                />
              );
            },
          },
          {
            key: "code",
            label: t`Code`,
            faint: true,
            cell: (row) => <span className={css.code}>{row.code}</span>,
          },
          {
            key: "balance",
            label: t`Balance`,
            numeric: true,
            cell: (row) => <Amount value={row.balance} strong />,
          },
        ]}
      />
    </Page>
  );
}
