import { Trans, useLingui } from "@lingui/react/macro";
import { api, type Schema } from "../api/client";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Loaded } from "../desk/Loaded";
import { Notice } from "../desk/Notice";
import { Page, Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import { OwnChecklists } from "./checklists";

type Place = Schema["FeaturedPlaceView"];

/** What the technical programme asks for before a listing is read, and when listings are featured. */
export function Technical() {
  const { t, i18n } = useLingui();
  const lists = api.useQuery("get", "/api/portal/checklists");
  return (
    <Page
      title={<Trans>Technical programme</Trans>}
      about={
        <Trans>The checklist before your listings are read, and your featured dates in the store.</Trans>
      }
    >
      <Loaded query={lists} height={300}>
        {(all) => {
          const standings = all.filter((one) => one.programme === "technical");
          const [first] = standings;
          if (!first)
            return (
              <Panel>
                <Empty
                  title={<Trans>You are not in the technical programme</Trans>}
                  action={<a href={`/${i18n.locale}/technical-programme`}>{t`What it is`}</a>}
                >
                  <Trans>
                    Apply under “Programmes”: a verified integration opens the sandbox and the kit.
                  </Trans>
                </Empty>
              </Panel>
            );
          return (
            <>
              {first.done < first.required ? (
                <Notice title={t`Listings go into review once this checklist is done`}>
                  <Trans>
                    Mark each item done with what shows it; an engineer checks it and says why not.
                  </Trans>
                </Notice>
              ) : null}
              <OwnChecklists standings={standings} />
            </>
          );
        }}
      </Loaded>
      <FeaturedDates />
    </Page>
  );
}

export function FeaturedDates() {
  const { t, i18n } = useLingui();
  const places = api.useQuery("get", "/api/portal/featured-places");
  return (
    <Panel title={<Trans>Your featured dates</Trans>} flush>
      <DataTable
        caption={t`Your featured dates`}
        columns={usePlaces()}
        query={{ ...places, data: places.data }}
        rowKey={(row) => row.id}
        pageSize={2}
        empty={
          <Empty
            title={<Trans>No featured date yet</Trans>}
            action={<a href={`/${i18n.locale}/featured`}>{t`How places are given`}</a>}
          >
            <Trans>We choose among services on sale, by criteria that everybody can read.</Trans>
          </Empty>
        }
      />
    </Panel>
  );
}

function usePlaces(): Column<Place>[] {
  const { i18n } = useLingui();
  const f = useFormat();
  const day = (date: string) => f.date(`${date}T12:00:00Z`);
  return [
    { key: "listing", label: <Trans>Listing</Trans>, cell: (row) => <b>{row.listing_name}</b> },
    {
      key: "page",
      label: <Trans>Where</Trans>,
      cell: (row) => (row.page === "home" ? <Trans>Home page</Trans> : <Trans>Directory</Trans>),
    },
    { key: "from", label: <Trans>From</Trans>, cell: (row) => day(row.starts_on) },
    { key: "to", label: <Trans>To</Trans>, cell: (row) => day(row.ended_on ?? row.ends_on) },
    {
      key: "why",
      label: <Trans>Reason shown</Trans>,
      cell: (row) => (i18n.locale === "fr" ? row.reason_fr : row.reason_en),
    },
    {
      key: "state",
      label: <Trans>State</Trans>,
      cell: (row) =>
        row.is_shown ? (
          <Pill tone="good">
            <Trans>Shown now</Trans>
          </Pill>
        ) : row.ended_on ? (
          <span title={row.ended_reason ?? undefined}>
            <Pill tone="warn">
              <Trans>Ended early</Trans>
            </Pill>
          </span>
        ) : null,
    },
  ];
}
