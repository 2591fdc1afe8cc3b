import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Choice, Days, optionsOf, Search, useFilter } from "../desk/Filters";
import { useAction } from "../desk/form";
import { Moment } from "../desk/Moment";
import { Page, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { Tabs } from "../desk/Tabs";
import { ShowAll } from "./kit";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";
import { useWords } from "./words";

const route = getRouteApi("/office/alarms");
const FILTERS = ["q", "kind", "since", "until"] as const;

export function Alarms() {
  const { t } = useLingui();
  const words = useWords();
  const filter = useFilter();
  const search = route.useSearch();
  const { q: text, kind, since, until, after } = search;
  const { can } = useSession();
  const [looking, setLooking] = useState<Schema["AlarmView"]>();
  const query = api.useQuery(
    "get",
    "/api/office/alarms",
    { params: { query: { only_open: search.state !== "all", text, kind, since, until, after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Page
      title={<Trans>Alarms</Trans>}
      about={
        <Trans>What no rule decides: somebody has to look. Nothing was booked that is not certain.</Trans>
      }
    >
      {looking ? <Closing key={looking.id} alarm={looking} onDone={() => setLooking(undefined)} /> : null}
      <DataTable
        caption={t`Alarms`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        filters={
          <>
            <Tabs
              label={t`Which alarms`}
              value={search.state}
              onChange={(state) => filter({ state })}
              items={[
                { value: undefined, label: t`Open` },
                { value: "all", label: t`All` },
              ]}
            />
            <Search label={t`Search the alarms`} name="q" value={text} />
            <Choice label={t`Any kind`} name="kind" value={kind} options={optionsOf(words.alarms)} />
            <Days since={since} until={until} />
          </>
        }
        empty={
          FILTERS.some((name) => search[name]) ? (
            <Empty title={<Trans>No alarm matches</Trans>} action={<ShowAll names={[...FILTERS]} />}>
              <Trans>Other words, another kind, or more days.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>Nothing needs a look</Trans>}>
              <Trans>
                A payment of another amount, a refund that came back or a dispute would be told here.
              </Trans>
            </Empty>
          )
        }
        columns={[
          { key: "at", label: t`Since`, cell: (row) => <Moment at={row.raised_at} happened /> },
          { key: "what", label: t`What`, cell: (row) => <b>{words.alarm(row.kind)}</b> },
          {
            key: "detail",
            label: t`Details`,
            cell: (row) => <div className={css.wrapCell}>{row.detail}</div>,
          },
          { key: "subject", label: t`About`, faint: true, cell: (row) => <About subject={row.subject} /> },
          {
            key: "done",
            label: t`What was done`,
            cell: (row) =>
              row.closed_at ? (
                <div className={css.wrapCell}>{row.note}</div>
              ) : can("office:alarm:close") ? (
                <Button size="xs" variant="default" onClick={() => setLooking(row)}>
                  <Trans>Say what was done</Trans>
                </Button>
              ) : null,
          },
        ]}
      />
    </Page>
  );
}

function About({ subject }: { subject: string }) {
  const [noun, id = ""] = subject.split(":");
  if (noun === "payout")
    return (
      <Link to="/office/payouts/$payoutId" params={{ payoutId: id }}>
        <Trans>Payout</Trans>
      </Link>
    );
  if (noun === "order")
    return (
      <Link to="/office/sales" search={{ reference: `order:${id}` }}>
        <Trans>Order</Trans>
      </Link>
    );
  return <span className={css.code}>{subject}</span>;
}

function Closing({ alarm, onDone }: { alarm: Schema["AlarmView"]; onDone: () => void }) {
  const { t } = useLingui();
  const words = useWords();
  const [note, setNote] = useState("");
  const close = useAction(async () => {
    const { error } = await http.POST("/api/office/alarms/{alarm_id}/close", {
      params: { path: { alarm_id: alarm.id } },
      body: { note },
    });
    if (error) throw error;
    await Promise.all(
      ["/api/office/alarms", "/api/office/overview"].map((path) =>
        queryClient.invalidateQueries({ queryKey: ["get", path] }),
      ),
    );
    onDone();
  });
  return (
    <Panel title={words.alarm(alarm.kind)}>
      <p className={css.note}>{alarm.detail}</p>
      <ProblemAlert error={close.error} />
      <div className={css.form}>
        <Textarea
          label={t`What was done about it`}
          description={t`It stays with the alarm and in the audit log.`}
          autosize
          minRows={2}
          maxLength={1000}
          required
          data-autofocus
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <div className={css.formEnd}>
          <Button loading={close.pending} disabled={!note.trim()} onClick={() => close.run()}>
            <Trans>Close the alarm</Trans>
          </Button>
          <Button variant="default" onClick={onDone}>
            <Trans>Not now</Trans>
          </Button>
        </div>
      </div>
    </Panel>
  );
}
