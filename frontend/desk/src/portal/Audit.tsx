import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Choice, Days, optionsOf, Search, useFilter } from "../desk/Filters";
import { Moment } from "../desk/Moment";
import { Facts, Page } from "../desk/Page";
import { useSession } from "../desk/session";
import { Side } from "../desk/Windows";
import css from "./Audit.module.css";
import { useDealActions } from "./dealActions";

const route = getRouteApi("/portal/audit");
type Change = Schema["ChangeView"];
const NO_FILTER = { q: undefined, who: undefined, what: undefined, since: undefined, until: undefined };

export function Audit() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { t } = useLingui();
  const filter = useFilter();
  const { q: text, who: actor, what: action, since, until, after } = search;
  const query = useQuery({
    ...api.queryOptions("get", "/api/portal/audit", {
      params: { query: { text, actor, action, since, until, after, limit: 50 } },
    }),
    placeholderData: keepPreviousData,
  });
  const open = (change: number | undefined) =>
    navigate({ search: (old) => ({ ...old, change }), state: (old) => old, resetScroll: false });
  return (
    <Page
      title={<Trans>Audit log</Trans>}
      about={
        <Trans>
          Who changed what in your organisation, the newest first. Nobody can alter it unseen: each entry
          seals the one before.
        </Trans>
      }
    >
      <DataTable
        caption={t`Changes, the newest first`}
        columns={useColumns()}
        query={query}
        rowKey={(row) => row.number}
        onOpen={(row) => open(row.number)}
        isOpen={(row) => row.number === search.change}
        search={search}
        filters={<Filters />}
        empty={
          text || actor || action || since || until ? (
            <Empty
              title={<Trans>Nothing matches</Trans>}
              action={
                <Button variant="default" size="sm" onClick={() => filter(NO_FILTER)}>
                  <Trans>Show all changes</Trans>
                </Button>
              }
            >
              <Trans>Other words, another person, or more days.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>Nothing has been changed yet</Trans>}>
              <Trans>What people and keys of your organisation do is listed here as they do it.</Trans>
            </Empty>
          )
        }
      />
      <Details
        change={query.data?.items.find(({ number }) => number === search.change)}
        onClose={() => open(undefined)}
      />
    </Page>
  );
}

function Filters() {
  const { q, who, what, since, until } = route.useSearch();
  const { t } = useLingui();
  const { people } = useActors();
  const actions = useActions();
  return (
    <>
      <Search label={t`Search the log`} name="q" value={q} />
      <Choice label={t`Anybody`} name="who" value={who} options={people} />
      <Choice label={t`Anything`} name="what" value={what} options={optionsOf(actions)} />
      <Days since={since} until={until} />
    </>
  );
}

function useColumns(): Column<Change>[] {
  const { nameOf: actor } = useActors();
  const action = sayIn(useActions());
  return [
    {
      key: "number",
      label: <Trans>No.</Trans>,
      cell: (row) => (
        <route.Link
          to="."
          search={(old) => ({ ...old, change: row.number })}
          resetScroll={false}
          onClick={(event) => event.stopPropagation()}
        >
          {row.number}
        </route.Link>
      ),
      faint: true,
    },
    { key: "at", label: <Trans>When</Trans>, cell: (row) => <Moment at={row.at} /> },
    { key: "actor", label: <Trans>Who</Trans>, cell: (row) => actor(row.actor) },
    { key: "action", label: <Trans>What</Trans>, cell: (row) => <b>{action(row.action)}</b> },
    { key: "subject", label: <Trans>Of</Trans>, cell: (row) => <code>{row.subject}</code>, faint: true },
  ];
}

/** People and keys by their names, as far as the reader may know them. */
function useActors() {
  const { t } = useLingui();
  const { can } = useSession();
  const team = api.useQuery("get", "/api/portal/team", {}, { enabled: can("portal:team:read") });
  const keys = api.useQuery(
    "get",
    "/api/portal/api-keys",
    { params: { query: { limit: 200 } } },
    { enabled: can("portal:key:read") },
  );
  const people = [
    ...(team.data?.members.map(({ person_id, name }) => ({ value: `person:${person_id}`, label: name })) ??
      []),
    ...(keys.data?.items.map(({ id, name }) => ({ value: `key:${id}`, label: t`Key ${name}` })) ?? []),
    { value: "system:stripe", label: "Stripe" },
  ];
  const nameOf = (actor: string) => {
    const [kind, id] = [actor.slice(0, actor.indexOf(":")), actor.slice(actor.indexOf(":") + 1)];
    if (kind === "person")
      return team.data?.members.find((one) => one.person_id === id)?.name ?? t`Staff of Iroise Cloud`;
    if (kind === "key") return t`Key ${keys.data?.items.find((one) => one.id === id)?.name ?? id}`;
    if (actor === "system:stripe") return "Stripe";
    return t`Iroise Cloud, by itself`;
  };
  return { people, nameOf };
}

function useActions() {
  const { t } = useLingui();
  const words: Record<string, string> = {
    create_organisation: t`Organisation registered`,
    mark_verified: t`Organisation checked`,
    refuse_organisation: t`Organisation refused`,
    create_listing: t`Listing created`,
    ...useDealActions(),
    submit_listing: t`Listing submitted for review`,
    take_back_listing: t`Listing taken back`,
    pause_listing: t`Sale of a listing paused`,
    resume_listing: t`Listing back on sale`,
    approve_listing: t`Listing approved`,
    ask_change: t`Change of a listing asked for`,
    withdraw_listing: t`Listing withdrawn from sale`,
    change_price: t`Price changed`,
    open_account: t`Stripe account opened`,
    intend_account: t`Stripe account asked for`,
    start_onboarding: t`Stripe’s page opened`,
    refresh_account: t`Stripe account read`,
    create_api_key: t`API key made`,
    revoke_api_key: t`API key revoked`,
    create_webhook: t`Webhook made`,
    change_webhook: t`Webhook changed`,
    rotate_webhook_secret: t`Webhook: new secret`,
    enable_webhook: t`Webhook switched on`,
    disable_webhook: t`Webhook switched off`,
    delete_webhook: t`Webhook deleted`,
    replay_delivery: t`Webhook: event sent again`,
    replay_missed: t`Webhook: missed events sent again`,
    invite: t`Somebody invited`,
    withdraw_invitation: t`Invitation withdrawn`,
    add_membership: t`Member joined`,
    end_membership: t`Member left`,
    change_role: t`Role changed`,
    remove_member: t`Member removed`,
    sign_in: t`Signed in`,
    sign_out: t`Signed out`,
    record_sale: t`Sale recorded`,
    refund_sale: t`Sale refunded`,
    plan_refund: t`Refund planned`,
    finish_refund: t`Refund done`,
    fail_refund: t`Refund failed`,
    reopen_refund: t`Refund taken up again`,
    place_order: t`Order placed`,
    describe_listing: t`Listing described`,
    add_role: t`Kind of activity added`,
    add_share_rule: t`Share rule announced`,
    import_sales: t`Sales imported`,
    accept_invitation: t`Invitation accepted`,
    act_for: t`Session began for this organisation`,
    change_password: t`Password changed`,
    reset_password: t`Password set anew`,
    verify_email: t`Address of mail confirmed`,
    end_other_sessions: t`Other sessions ended`,
    use_recovery_code: t`Recovery code used`,
    sign_up: t`Account opened`,
    hold_payout: t`Payout held`,
    plan_payout: t`Payout ready to be sent`,
    transfer_payout: t`Payout sent to the Stripe account`,
    send_payout: t`Payout handed to the bank`,
    note_pending: t`Bank: payout accepted`,
    note_in_transit: t`Bank: payout on its way`,
    note_paid: t`Bank: payout received`,
    note_failed: t`Bank: payout refused`,
    note_canceled: t`Bank: payout canceled`,
    finish_payout: t`Payout final`,
    fail_payout: t`Payout failed`,
    cancel_payout: t`Payout canceled`,
    retry_payout: t`Payout sent again`,
    ask_retry: t`Payout: asked to send it again`,
    stop_payout: t`Payout stopped`,
    find_transfer: t`Transfer found at Stripe`,
    find_bank_payout: t`Bank payout found at Stripe`,
    reverse_transfer: t`Transfer taken back`,
    reverse_payout: t`Payout came back`,
  };
  return words;
}

const sayIn = (words: Record<string, string>) => (action: string) =>
  words[action] ?? action.replaceAll("_", " ");

function Details({ change, onClose }: { change: Change | undefined; onClose: () => void }) {
  return (
    <Side
      opened={change !== undefined}
      onClose={onClose}
      size={520}
      title={<Trans>Change {change?.number ?? ""}</Trans>}
    >
      {change ? <Inside change={change} /> : null}
    </Side>
  );
}

function Inside({ change }: { change: Change }) {
  const { t } = useLingui();
  const { nameOf: actor } = useActors();
  const action = sayIn(useActions());
  const names = [...new Set([...Object.keys(change.before ?? {}), ...Object.keys(change.after ?? {})])];
  const show = (value: unknown) =>
    value === undefined ? "–" : typeof value === "string" ? value : JSON.stringify(value);
  return (
    <>
      <Facts
        items={[
          [t`What`, action(change.action)],
          [t`Who`, actor(change.actor)],
          [t`When`, <Moment key="at" at={change.at} />],
          [t`Of`, <code key="subject">{change.subject}</code>],
        ]}
      />
      {names.length > 0 ? (
        <table className={css.values}>
          <caption className="sr">
            <Trans>What was changed</Trans>
          </caption>
          <thead>
            <tr>
              <th scope="col">
                <Trans>Field</Trans>
              </th>
              <th scope="col">
                <Trans>Before</Trans>
              </th>
              <th scope="col">
                <Trans>After</Trans>
              </th>
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{show(change.before?.[name])}</td>
                <td>{show(change.after?.[name])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      <p className={css.seal}>
        <Trans>Seal</Trans> <code>{change.hash}</code>
      </p>
    </>
  );
}
