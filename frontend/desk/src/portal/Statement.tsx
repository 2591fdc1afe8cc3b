import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Menu } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { ChargedGroups } from "../desk/ChargedGroups";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Facts, Page, Panel } from "../desk/Page";
import { SetOff } from "../desk/SetOff";
import { carriedFor, isSetOff } from "../desk/statement";
import { Waterfall } from "../desk/Waterfall";
import { useFormat } from "../i18n/format";
import { IconChevronDown, IconDownload, IconPrinter } from "../ui/icons";
import { Contest } from "./Contest";
import { useFalls } from "./falls";
import { LineDrawer } from "./LineDrawer";

const route = getRouteApi("/portal/statements/$statement");
type Line = Schema["StatementLine"];

export function Statement() {
  const { statement: id } = route.useParams();
  const found = api.useQuery("get", "/api/portal/statements/{statement_id}", {
    params: { path: { statement_id: id } },
  });
  const f = useFormat();
  const month = found.data?.statement.month;
  return (
    <Page
      title={month ? <Trans>Statement {f.ofMonth(month)}</Trans> : <Trans>Statement</Trans>}
      about={found.data?.statement.number}
      actions={<Actions id={id} />}
    >
      <Loaded query={found} height={480}>
        {(data) => <Whole detail={data} />}
      </Loaded>
      {found.data ? <Contest id={id} /> : null}
      <Lines id={id} />
    </Page>
  );
}

function Actions({ id }: { id: string }) {
  const { i18n } = useLingui();
  return (
    <>
      <Button
        variant="default"
        size="sm"
        leftSection={<IconPrinter size={16} />}
        onClick={() => window.print()}
      >
        <Trans>Print</Trans>
      </Button>
      <Button
        component="a"
        size="sm"
        leftSection={<IconDownload size={16} />}
        href={reportAddress(id, "pdf", i18n.locale)}
      >
        <Trans>Statement (PDF)</Trans>
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" size="sm" rightSection={<IconChevronDown size={15} />}>
            <Trans>Lines</Trans>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component="a" href={reportAddress(id, "csv", i18n.locale)}>
            CSV
          </Menu.Item>
          <Menu.Item component="a" href={reportAddress(id, "csv", i18n.locale, "fr")}>
            <Trans>CSV for a French Excel</Trans>
          </Menu.Item>
          <Menu.Item component="a" href={reportAddress(id, "xlsx", i18n.locale)}>
            Excel
          </Menu.Item>
          <Menu.Item component="a" href={reportAddress(id, "json", i18n.locale)}>
            JSON
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

export const reportAddress = (id: string, format: string, language: string, locale = "international") =>
  `/api/portal/statements/${id}/report?format=${format}&language=${language}&locale=${locale}`;

function Whole({ detail }: { detail: Schema["StatementDetail"] }) {
  const { statement } = detail;
  const { t } = useLingui();
  const f = useFormat();
  const falls = useFalls(detail);
  return (
    <>
      {statement.closing.amount_minor < 0 ? <Owed detail={detail} /> : null}
      <Panel title={<Trans>From what customers paid to what you receive</Trans>}>
        <Waterfall falls={falls} />
      </Panel>
      {isSetOff(detail) ? (
        <Panel title={<Trans>Several documents, one payment</Trans>}>
          <SetOff
            detail={detail}
            theirs={<Trans>Your share, on the invoice in your name</Trans>}
            ours={<Trans>Our invoice for infrastructure</Trans>}
            paid={<Trans>You receive</Trans>}
          />
        </Panel>
      ) : null}
      <ChargedGroups detail={detail} />
      <Panel>
        <Facts
          items={[
            [t`Number`, statement.number],
            [t`Issued by`, "Iroise Cloud"],
            [t`Issued for`, statement.organisation_name],
            [t`Drawn on`, <Moment key="closed" at={statement.closed_at} happened />],
            [
              t`Refund period of its sales ends`,
              statement.hold_until ? <Moment key="hold" at={statement.hold_until} /> : "–",
            ],
            [t`Lines of sales`, f.number(statement.line_count)],
            ...(statement.charge_count > 0
              ? [[t`Lines of infrastructure`, f.number(statement.charge_count)] as [string, string]]
              : []),
          ]}
        />
      </Panel>
    </>
  );
}

/** A statement by which the partner owes: what is left of it now, and where it is paid. */
function Owed({ detail }: { detail: Schema["StatementDetail"] }) {
  const { statement } = detail;
  const { t } = useLingui();
  const f = useFormat();
  const owing = api.useQuery("get", "/api/portal/receivables");
  if (!owing.data) return null;
  const now = owing.data.items.find((row) => row.statement_id === statement.id);
  const owed = f.money({ ...statement.closing, amount_minor: -statement.closing.amount_minor });
  if (!now) {
    return (
      <Notice title={t`You owed us ${owed} by this statement`}>
        <Trans>It was paid, or set against a later statement.</Trans>
      </Notice>
    );
  }
  const day = f.date(`${detail.pay_before}T12:00:00Z`);
  if (carriedFor(detail) === "refunded") {
    return (
      <Notice title={t`Refunds took back ${f.money(now.left)} more than you earned`}>
        <Trans>It is set against your next sales. What is left of it on {day} is asked for by letter.</Trans>
      </Notice>
    );
  }
  return (
    <Notice
      tone="warn"
      title={t`You owe us ${f.money(now.left)}, to be paid before ${day}`}
      action={
        <Button component={Link} to="/portal/receipts">
          <Trans>Pay it</Trans>
        </Button>
      }
    >
      <Trans>
        By card, SEPA debit or bank transfer. What is not paid is set against your next statement.
      </Trans>
    </Notice>
  );
}

function Lines({ id }: { id: string }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { t } = useLingui();
  const query = useQuery({
    ...api.queryOptions("get", "/api/portal/statements/{statement_id}/lines", {
      params: { path: { statement_id: id }, query: { limit: 25, after: search.after } },
    }),
    placeholderData: keepPreviousData,
  });
  const open = (line: number | undefined) =>
    navigate({ search: (old) => ({ ...old, line }), state: (old) => old, resetScroll: false });
  return (
    <>
      <DataTable
        caption={t`Sales and refunds on this statement`}
        columns={useLineColumns()}
        query={query}
        rowKey={(line) => line.id}
        onOpen={(line) => open(line.id)}
        isOpen={(line) => line.id === search.line}
        search={search}
        empty={
          <Empty title={<Trans>No sale stands on this statement</Trans>}>
            <Trans>It was drawn for what you used, earned otherwise, or carried from the month before.</Trans>
          </Empty>
        }
      />
      <LineDrawer
        line={query.data?.items.find((line) => line.id === search.line)}
        onClose={() => open(undefined)}
      />
    </>
  );
}

function useLineColumns(): Column<Line>[] {
  const { t } = useLingui();
  const f = useFormat();
  const kept = (line: Line) => line.deductions.reduce((sum, { amount }) => sum + amount.amount_minor, 0);
  return [
    {
      key: "reference",
      label: <Trans>Reference</Trans>,
      cell: (line) => (
        <route.Link
          to="."
          search={(old) => ({ ...old, line: line.id })}
          resetScroll={false}
          onClick={(event) => event.stopPropagation()}
        >
          {line.reference}
        </route.Link>
      ),
    },
    {
      key: "at",
      label: <Trans>Sold on</Trans>,
      cell: (line) => <Moment at={line.sold_at} day happened />,
      faint: true,
    },
    {
      key: "listing",
      label: <Trans>Listing</Trans>,
      cell: (line) =>
        line.joint_with ? t`${line.listing_name} (with ${line.joint_with})` : line.listing_name,
    },
    {
      key: "net",
      label: <Trans>VAT excluded</Trans>,
      cell: (line) => <Amount value={line.net} />,
      numeric: true,
    },
    {
      key: "rate",
      label: <Trans>Rate</Trans>,
      cell: (line) => line.deductions.map(({ rate_bp }) => f.rate(rate_bp)).join(", ") || "–",
      numeric: true,
      faint: true,
    },
    {
      key: "kept",
      label: <Trans>Kept by us</Trans>,
      cell: (line) => <Amount value={{ ...line.net, amount_minor: -kept(line) }} />,
      numeric: true,
      faint: true,
    },
    {
      key: "partner",
      label: <Trans>Your share</Trans>,
      cell: (line) => <Amount value={line.partner} strong />,
      numeric: true,
    },
  ];
}
