import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { ChargedGroups } from "../desk/ChargedGroups";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Facts, Page, Panel } from "../desk/Page";
import { SetOff } from "../desk/SetOff";
import { carriedFor, isSetOff } from "../desk/statement";
import { Waterfall } from "../desk/Waterfall";
import { useFormat } from "../i18n/format";
import { IconDownload, IconPrinter } from "../ui/icons";
import { Contest } from "./Contest";
import { useFalls } from "./falls";
import { Twice } from "./kit";
import css from "./office.module.css";
import { useWords } from "./words";

const route = getRouteApi("/office/statements/$statementId");

export function Statement() {
  const { i18n } = useLingui();
  const { statementId } = route.useParams();
  const query = api.useQuery("get", "/api/office/statements/{statement_id}", {
    params: { path: { statement_id: statementId } },
  });
  const f = useFormat();
  const statement = query.data?.statement;
  return (
    <Page
      title={statement ? statement.number : <Trans>Statement</Trans>}
      about={
        statement ? (
          <>
            <Link
              to="/office/partners/$organisationId"
              params={{ organisationId: statement.organisation_id }}
            >
              {statement.organisation_name}
            </Link>
            {" · "}
            <Link to="/office/months/$month" params={{ month: statement.month }}>
              {f.month(statement.month)}
            </Link>
          </>
        ) : null
      }
      actions={
        statement ? (
          <>
            <Button variant="default" leftSection={<IconPrinter size={16} />} onClick={() => print()}>
              <Trans>Print</Trans>
            </Button>
            <Button
              variant="default"
              component="a"
              leftSection={<IconDownload size={16} />}
              href={`/api/office/reports/statement/${statement.month}?format=pdf&language=${i18n.locale}&partner=${encodeURIComponent(statement.organisation_reference)}`}
              download
            >
              PDF
            </Button>
          </>
        ) : null
      }
    >
      <Loaded query={query} height={380}>
        {(detail) => <Whole detail={detail} />}
      </Loaded>
      {statement ? <Contest statementId={statement.id} /> : null}
      {statement ? <Lines id={statement.id} /> : null}
    </Page>
  );
}

function Whole({ detail }: { detail: Schema["StatementDetail"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const asked = carriedFor(detail) === "refunded" ? t`Asked for by letter on` : t`To be paid before`;
  return (
    <>
      {detail.pay_before ? (
        <Panel>
          <Facts items={[[asked, f.date(`${detail.pay_before}T12:00:00Z`)]]} />
        </Panel>
      ) : null}
      <Panel title={<Trans>From what was sold to what is paid</Trans>}>
        <Waterfall falls={useFalls(detail)} />
      </Panel>
      {isSetOff(detail) ? (
        <Panel title={<Trans>Several documents, one payment</Trans>}>
          <SetOff
            detail={detail}
            theirs={<Trans>Its share, which we invoice in its name</Trans>}
            ours={<Trans>Our invoice for infrastructure</Trans>}
            paid={<Trans>To be paid out</Trans>}
          />
        </Panel>
      ) : null}
      <ChargedGroups detail={detail} />
    </>
  );
}

function Lines({ id }: { id: string }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useWords();
  const search = route.useSearch();
  const query = api.useQuery(
    "get",
    "/api/office/statements/{statement_id}/lines",
    { params: { path: { statement_id: id }, query: { after: search.after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <DataTable
      caption={t`Lines of the statement`}
      query={query}
      search={search}
      rowKey={(row) => row.id}
      empty={
        <Empty title={<Trans>No sale</Trans>}>
          <Trans>What was used, earned otherwise or carried made this statement.</Trans>
        </Empty>
      }
      columns={[
        { key: "at", label: t`Sold`, cell: (row) => <Moment at={row.sold_at} day happened /> },
        {
          key: "what",
          label: t`Listing`,
          cell: (row) => (
            <Twice
              first={row.joint_with ? t`${row.listing_name} (with ${row.joint_with})` : row.listing_name}
              second={`${words.kind(row.kind)} · ${words.channel(row.channel)}`}
            />
          ),
        },
        { key: "net", label: t`Before VAT`, numeric: true, cell: (row) => <Amount value={row.net} /> },
        {
          key: "why",
          label: t`Why`,
          faint: true,
          cell: (row) =>
            row.deductions.map((one) => (
              <span key={one.rule_id}>
                {t`${f.rate(one.rate_bp)} of ${f.money(one.base)}, rule “${words.rule(one.rule)}”`}
              </span>
            )),
        },
        {
          key: "kept",
          label: t`We keep`,
          numeric: true,
          cell: (row) => row.deductions.map((one) => <Amount key={one.rule_id} value={one.amount} />),
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
      ]}
    />
  );
}
