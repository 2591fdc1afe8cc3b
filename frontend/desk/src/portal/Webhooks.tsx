import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../api/client";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Choice, useFilter } from "../desk/Filters";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { IconPlus } from "../ui/icons";
import { Pill } from "../ui/Pill";
import { DeliverySide } from "./DeliverySide";
import { Secret, WebhookForm } from "./WebhookForm";
import { WebhookSide } from "./WebhookSide";
import css from "./Webhooks.module.css";
import { DELIVERY_STATES, type Delivery, DeliveryPill, type Endpoint, useWebhookWords } from "./webhookWords";

const route = getRouteApi("/portal/webhooks");
const SOON_MS = 1500;

export function Webhooks() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { t } = useLingui();
  const { can } = useSession();
  const [making, setMaking] = useState(false);
  const query = useQuery({
    ...api.queryOptions("get", "/api/portal/webhooks"),
    refetchInterval: ({ state }) => (state.data?.items.some(({ waiting }) => waiting > 0) ? SOON_MS : false),
  });
  const open = (changes: { webhook?: string | undefined; delivery?: string | undefined }) =>
    navigate({ search: (old) => ({ ...old, ...changes }), state: (old) => old, resetScroll: false });
  const make = can("portal:webhook:write") ? (
    <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      <Trans>New webhook</Trans>
    </Button>
  ) : undefined;
  const items = query.data?.items ?? [];
  return (
    <Page
      title={<Trans>Webhooks</Trans>}
      about={<Trans>Your own programs hear at once what happens here, without asking again and again.</Trans>}
      actions={items.length > 0 ? make : undefined}
    >
      <DataTable
        caption={t`Webhooks`}
        columns={useColumns()}
        query={query}
        rowKey={(row) => row.id}
        onOpen={(row) => open({ webhook: row.id })}
        isOpen={(row) => row.id === search.webhook}
        pageSize={2}
        empty={
          <Empty title={<Trans>No webhook yet</Trans>} action={make}>
            <Trans>
              Give the address of a program of yours: when an order is paid, a month closed or a payout sent,
              it gets a signed message within seconds.
            </Trans>
          </Empty>
        }
      />
      {items.length > 0 ? <Deliveries endpoints={items} onOpen={(delivery) => open({ delivery })} /> : null}
      <NewWebhook opened={making} onClose={() => setMaking(false)} />
      <WebhookSide
        endpoint={items.find(({ id }) => id === search.webhook)}
        onClose={() => open({ webhook: undefined })}
        onDelivery={(delivery) => open({ delivery, webhook: undefined })}
      />
      <DeliverySide id={search.delivery} onClose={() => open({ delivery: undefined })} />
    </Page>
  );
}

function NewWebhook({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [secret, setSecret] = useState<string>();
  const close = () => {
    setSecret(undefined);
    onClose();
  };
  return (
    <Dialog
      opened={opened}
      onClose={close}
      title={secret ? <Trans>Keep this secret</Trans> : <Trans>New webhook</Trans>}
      size="lg"
      closeOnClickOutside={false}
    >
      {secret ? <Secret secret={secret} onDone={close} /> : <WebhookForm onMade={setSecret} />}
    </Dialog>
  );
}

function useColumns(): Column<Endpoint>[] {
  const { t } = useLingui();
  const { kinds, because } = useWebhookWords();
  return [
    {
      key: "url",
      label: <Trans>Address</Trans>,
      cell: (row) => (
        <route.Link
          to="."
          search={(old) => ({ ...old, webhook: row.id })}
          resetScroll={false}
          onClick={(event) => event.stopPropagation()}
          className={css.address}
        >
          {row.url}
          {row.description ? <small>{row.description}</small> : null}
        </route.Link>
      ),
    },
    {
      key: "kinds",
      label: <Trans>Events</Trans>,
      cell: (row) => (
        <span title={row.kinds.map((kind) => kinds[kind]).join("\n")}>
          {row.kinds.length === 1 && row.kinds[0] ? kinds[row.kinds[0]] : t`${row.kinds.length} kinds`}
        </span>
      ),
      faint: true,
    },
    {
      key: "last",
      label: <Trans>Last delivery</Trans>,
      cell: (row) => (row.delivered_at ? <Moment at={row.delivered_at} /> : t`None yet`),
      faint: true,
    },
    { key: "waiting", label: <Trans>Waiting</Trans>, cell: (row) => row.waiting, numeric: true },
    {
      key: "state",
      label: <Trans>State</Trans>,
      cell: (row) =>
        row.disabled_because ? (
          <span title={because[row.disabled_because]}>
            <Pill tone={row.disabled_because === "by_hand" ? "neutral" : "bad"}>
              <Trans>Switched off</Trans>
            </Pill>
          </span>
        ) : (
          <Pill tone="good">
            <Trans>In use</Trans>
          </Pill>
        ),
    },
  ];
}

function Deliveries({ endpoints, onOpen }: { endpoints: Endpoint[]; onOpen: (id: string) => void }) {
  const { to, state, kind, after, delivery } = route.useSearch();
  const search = route.useSearch();
  const { t } = useLingui();
  const filter = useFilter();
  const query = useQuery({
    ...api.queryOptions("get", "/api/portal/webhook-deliveries", {
      params: { query: { endpoint_id: to, delivery_state: state, kind, after, limit: 25 } },
    }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) =>
      data?.items.some((one) => one.state === "pending") ? SOON_MS : false,
  });
  return (
    <section className={css.deliveries} aria-labelledby="deliveries">
      <h2 id="deliveries">
        <Trans>Deliveries</Trans>
      </h2>
      <DataTable
        caption={t`Deliveries, the newest first`}
        columns={useDeliveryColumns(endpoints.length > 1)}
        query={query}
        rowKey={(row) => row.id}
        onOpen={(row) => onOpen(row.id)}
        isOpen={(row) => row.id === delivery}
        search={search}
        filters={<DeliveryFilters endpoints={endpoints} />}
        pageSize={5}
        empty={
          to || state || kind ? (
            <Empty
              title={<Trans>Nothing matches</Trans>}
              action={
                <Button
                  variant="default"
                  size="sm"
                  onClick={() => filter({ to: undefined, state: undefined, kind: undefined })}
                >
                  <Trans>Show all deliveries</Trans>
                </Button>
              }
            />
          ) : (
            <Empty title={<Trans>Nothing has been sent yet</Trans>}>
              <Trans>Open a webhook and send it a test event: it is listed here with its answer.</Trans>
            </Empty>
          )
        }
      />
    </section>
  );
}

function DeliveryFilters({ endpoints }: { endpoints: Endpoint[] }) {
  const { to, state, kind } = route.useSearch();
  const { t } = useLingui();
  const words = useWebhookWords();
  return (
    <>
      <Choice
        label={t`Any state`}
        name="state"
        value={state}
        options={DELIVERY_STATES.map((value) => ({ value, label: words.states[value] }))}
      />
      <Choice
        label={t`Any event`}
        name="kind"
        value={kind}
        options={Object.entries(words.kinds).map(([value, label]) => ({ value, label }))}
      />
      {endpoints.length > 1 ? (
        <Choice
          label={t`Any webhook`}
          name="to"
          value={to}
          options={endpoints.map(({ id, url }) => ({ value: id, label: url }))}
        />
      ) : null}
    </>
  );
}

function useDeliveryColumns(several: boolean): Column<Delivery>[] {
  const { kinds, answerOf } = useWebhookWords();
  return [
    { key: "at", label: <Trans>When</Trans>, cell: (row) => <Moment at={row.created_at} happened /> },
    {
      key: "kind",
      label: <Trans>Event</Trans>,
      cell: (row) => (
        <route.Link
          to="."
          search={(old) => ({ ...old, delivery: row.id })}
          resetScroll={false}
          onClick={(event) => event.stopPropagation()}
        >
          {kinds[row.kind as keyof typeof kinds] ?? row.kind}
        </route.Link>
      ),
    },
    ...(several
      ? [
          {
            key: "to",
            label: <Trans>Sent to</Trans>,
            cell: (row: Delivery) => <span className={css.url}>{row.url}</span>,
            faint: true,
          },
        ]
      : []),
    {
      key: "answer",
      label: <Trans>Answer</Trans>,
      cell: (row) => answerOf({ status: row.last_status, problem: row.last_problem }),
      faint: true,
    },
    { key: "state", label: <Trans>State</Trans>, cell: (row) => <DeliveryPill state={row.state} /> },
  ];
}
