import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import { Choice, ShowAll, Twice } from "./kit";
import css from "./office.module.css";
import { WaitingChanges } from "./WaitingChanges";

const route = getRouteApi("/office/joint-offers");
type Row = Schema["JointOfferView"];

/** Which listings belong to two partners, who has what part, and what is proposed. */
export function JointOffers() {
  const { t } = useLingui();
  const search = route.useSearch();
  const states: Record<Row["state"], string> = {
    proposed: t({ context: "joint", message: "Proposed" }),
    accepted: t({ context: "joint", message: "Accepted" }),
    refused: t({ context: "joint", message: "Refused" }),
    withdrawn: t({ context: "joint", message: "Withdrawn" }),
  };
  const state = search.state && search.state in states ? (search.state as Row["state"]) : undefined;
  const query = api.useQuery(
    "get",
    "/api/office/joint-offers",
    { params: { query: { status: state, after: search.after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Page
      title={<Trans>Joint offers</Trans>}
      about={<Trans>Listings that two partners own: each has its part of every sale.</Trans>}
      actions={
        <Export path="/api/office/joint-offers/export" wanted={{ status: state }}>
          <Trans>Export these offers</Trans>
        </Export>
      }
    >
      <WaitingChanges />
      <DataTable
        caption={t`Joint offers, the newest first`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        filters={
          <>
            <Choice label={t`Any state`} name="state" value={state} options={states} />
            {state ? <ShowAll names={["state"]} /> : null}
          </>
        }
        columns={useColumns()}
        empty={
          state ? (
            <Empty
              title={<Trans>No joint offer is in this state</Trans>}
              action={<ShowAll names={["state"]} />}
            >
              <Trans>Try another state, or all of them.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>No joint offer yet</Trans>}>
              <Trans>Partners whose level gives joint offers propose them in their portal.</Trans>
            </Empty>
          )
        }
      />
    </Page>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useLingui();
  const f = useFormat();
  const standings: Record<Row["standing"], string> = {
    proposed: t({ context: "joint", message: "Proposed" }),
    in_force: t({ context: "joint", message: "In force" }),
    ending: t({ context: "joint", message: "Ending" }),
    over: t({ context: "joint", message: "Over" }),
    refused: t({ context: "joint", message: "Refused" }),
    withdrawn: t({ context: "joint", message: "Withdrawn" }),
  };
  const owner = (one: Row["first"]) => (
    <Twice
      first={
        <Link to="/office/partners/$organisationId" params={{ organisationId: one.id }}>
          {one.name}
        </Link>
      }
      second={f.rate(one.share_bp)}
    />
  );
  return [
    {
      key: "listing",
      label: t`Listing`,
      cell: (row) => (
        <Link className={css.link} to="/office/listings" search={{ listing: row.listing_id }}>
          {row.listing_name}
        </Link>
      ),
    },
    { key: "first", label: t`Proposed by`, cell: (row) => owner(row.first) },
    { key: "second", label: t({ context: "joint", message: "With" }), cell: (row) => owner(row.second) },
    {
      key: "state",
      label: t`State`,
      cell: (row) => (
        <Pill tone={row.standing === "in_force" ? "good" : "neutral"}>{standings[row.standing]}</Pill>
      ),
    },
    {
      key: "at",
      label: t({ context: "joint", message: "Proposed on" }),
      faint: true,
      cell: (row) => <Moment at={row.proposed_at} day />,
    },
  ];
}
