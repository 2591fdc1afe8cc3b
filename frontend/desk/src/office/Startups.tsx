import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { useSession } from "../desk/session";
import { Tabs } from "../desk/Tabs";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import { ChecklistVersions } from "./ChecklistVersions";
import { useFilter } from "./kit";
import css from "./office.module.css";
import { StartupSide } from "./StartupSide";
import { type Decided, DecideItem } from "./startupBits";

const route = getRouteApi("/office/startups");
type Row = Schema["StartupRow"];
type Waiting = Schema["ChecklistWaitingView"];

/** Every start-up from its application to its graduation; items to check; what the lists ask for. */
export function Startups() {
  const { t } = useLingui();
  const { view } = route.useSearch();
  const filter = useFilter();
  const reviews = api.useQuery("get", "/api/office/checklist-reviews", {
    params: { query: { limit: 100 } },
  });
  return (
    <Page
      title={<Trans>Start-ups and checklists</Trans>}
      about={
        <Trans>Applications, growth and graduation; what partners say is done; what lists ask for.</Trans>
      }
      actions={
        <Export path="/api/office/startups/export" wanted={{}}>
          <Trans>Export the start-ups</Trans>
        </Export>
      }
    >
      <Tabs<"reviews" | "lists">
        label={t`View`}
        value={view}
        onChange={(wanted) => filter({ view: wanted, startup: undefined })}
        items={[
          { value: undefined, label: t`Start-ups` },
          { value: "reviews", label: t`To check`, count: reviews.data?.items.length },
          { value: "lists", label: t`Checklists` },
        ]}
      />
      {view === "reviews" ? <Reviews /> : view === "lists" ? <ChecklistVersions /> : <Board />}
    </Page>
  );
}

function Board() {
  const { t } = useLingui();
  const search = route.useSearch();
  const filter = useFilter();
  const board = api.useQuery(
    "get",
    "/api/office/startups",
    { params: { query: { limit: 50, ...(search.after ? { after: search.after } : {}) } } },
    { placeholderData: keepPreviousData },
  );
  const open = board.data?.items.find((row) => row.organisation_id === search.startup);
  return (
    <>
      <DataTable
        caption={t`Start-ups`}
        columns={useColumns()}
        query={board}
        rowKey={(row) => row.organisation_id}
        onOpen={(row) => filter({ startup: row.organisation_id })}
        isOpen={(row) => row.organisation_id === search.startup}
        search={search}
        empty={
          <Empty title={<Trans>No start-up applied yet</Trans>}>
            <Trans>An organisation that plays the part of a start-up applies in its portal.</Trans>
          </Empty>
        }
      />
      <Side
        opened={open !== undefined}
        onClose={() => filter({ startup: undefined })}
        title={open?.name ?? ""}
        size={680}
      >
        {open ? <StartupSide row={open} /> : null}
      </Side>
    </>
  );
}

function Stage({ row }: { row: Row }) {
  if (row.graduation_state === "asked" && row.is_member)
    return (
      <Pill tone="warn">
        <Trans>Asks to graduate</Trans>
      </Pill>
    );
  if (row.application_id)
    return (
      <Pill tone="warn">
        <Trans>Applied</Trans>
      </Pill>
    );
  if (row.graduation_state === "accepted" && row.effective_at)
    return (
      <Pill tone="accent">
        <Trans>Graduates on</Trans> <Moment at={row.effective_at} day />
      </Pill>
    );
  if (row.is_member)
    return (
      <Pill tone="good">
        <Trans>Member</Trans>
      </Pill>
    );
  return (
    <Pill>
      <Trans>Graduated</Trans>
    </Pill>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useLingui();
  const f = useFormat();
  return [
    {
      key: "name",
      label: <Trans>Start-up</Trans>,
      cell: (row) => (
        <Link
          className={css.link}
          to="/office/startups"
          search={(before: object) => ({ ...before, startup: row.organisation_id })}
        >
          {row.name}
        </Link>
      ),
    },
    { key: "stage", label: <Trans>Stage</Trans>, cell: (row) => <Stage row={row} /> },
    {
      key: "since",
      label: <Trans>Since</Trans>,
      cell: (row) => (row.since ? <Moment at={row.since} day /> : "–"),
      faint: true,
    },
    {
      key: "items",
      label: <Trans>Items accepted</Trans>,
      cell: (row) => (row.required ? t`${f.number(row.done)} of ${f.number(row.required)}` : "–"),
      numeric: true,
    },
    { key: "servers", label: <Trans>Servers</Trans>, cell: (row) => f.number(row.servers), numeric: true },
    {
      key: "left",
      label: <Trans>Credit left</Trans>,
      cell: (row) => (row.left ? <Amount value={row.left} /> : "–"),
      numeric: true,
    },
  ];
}

function Reviews() {
  const { t, i18n } = useLingui();
  const { can } = useSession();
  const [deciding, setDeciding] = useState<Decided>();
  const reviews = api.useQuery("get", "/api/office/checklist-reviews", {
    params: { query: { limit: 100 } },
  });
  const title = (row: Waiting) => (i18n.locale === "fr" ? row.title_fr : row.title_en);
  const decide = (row: Waiting, verb: Decided["verb"]) => () =>
    setDeciding({
      organisation_id: row.organisation_id,
      checklist: row.checklist,
      item: row.item,
      title: `${row.organisation_name}: ${title(row)}`,
      verb,
    });
  const columns: Column<Waiting>[] = [
    { key: "who", label: <Trans>Partner</Trans>, cell: (row) => <b>{row.organisation_name}</b> },
    { key: "item", label: <Trans>Item</Trans>, cell: title },
    {
      key: "words",
      label: <Trans>What was done</Trans>,
      cell: (row) => (
        <span className={css.twice} style={{ whiteSpace: "pre-line", overflowWrap: "anywhere" }}>
          {row.words}
          {row.proof ? (
            <a href={row.proof} rel="noreferrer nofollow" target="_blank">
              {row.proof}
            </a>
          ) : null}
        </span>
      ),
    },
    { key: "at", label: <Trans>Since</Trans>, cell: (row) => <Moment at={row.at} day />, faint: true },
    {
      key: "acts",
      label: <Trans>Decision</Trans>,
      cell: (row) =>
        can("office:programme:write") ? (
          <span style={{ display: "flex", gap: 6 }}>
            <Button size="compact-sm" onClick={decide(row, "accept")}>
              <Trans>Accept</Trans>
            </Button>
            <Button size="compact-sm" variant="default" onClick={decide(row, "refuse")}>
              <Trans>Refuse</Trans>
            </Button>
          </span>
        ) : null,
    },
  ];
  return (
    <>
      <DataTable
        caption={t`Items that partners say are done`}
        columns={columns}
        query={reviews}
        rowKey={(row) => row.id}
        empty={
          <Empty title={<Trans>Nothing waits to be checked</Trans>}>
            <Trans>Items that a partner marks done appear here, the oldest first.</Trans>
          </Empty>
        }
      />
      <DecideItem about={deciding} onClose={() => setDeciding(undefined)} />
    </>
  );
}
