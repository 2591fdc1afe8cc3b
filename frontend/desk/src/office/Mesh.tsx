import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Loaded } from "../desk/Loaded";
import { Notice } from "../desk/Notice";
import { Page, Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { shiftMonth } from "../i18n/text";
import { ChooseOrganisation } from "./ChooseOrganisation";
import { lastMonths, MonthChoice, ShowAll, useFilter } from "./kit";
import { MeshAccounts } from "./MeshAccounts";
import { MeshEdges } from "./MeshEdges";
import { MeshGraph } from "./MeshGraph";
import { MeshParties } from "./MeshParties";
import { MeshPostings } from "./MeshPostings";
import css from "./office.module.css";

const route = getRouteApi("/office/mesh");

/** So many of each side are drawn by themselves until all are asked for. */
const DRAWN = 8;

/** Who gave value to whom in a month, read off the ledger, and that it comes to the ledger. */
export function Mesh() {
  const { t } = useLingui();
  const f = useFormat();
  const search = route.useSearch();
  const filter = useFilter();
  const [now = ""] = lastMonths(1);
  const month = search.month ?? shiftMonth(now, -1);
  const currency = search.currency ?? "EUR";
  const { party } = search;
  const [whole, setWhole] = useState(false);
  const [opened, setOpened] = useState<Schema["MeshEdge"]>();
  const query = api.useQuery(
    "get",
    "/api/office/mesh",
    { params: { query: { month, currency, party } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Page
      title={<Trans>Value mesh</Trans>}
      about={t`${f.month(month)}: who gave value to whom, read off every posting of the ledger.`}
      actions={
        <>
          <MonthChoice label={t`Last month`} name="month" value={search.month} months={lastMonths(18)} />
          <NativeSelect
            size="sm"
            aria-label={t`Currency`}
            value={currency}
            onChange={({ currentTarget: { value } }) =>
              filter({ currency: value === "EUR" ? undefined : value })
            }
            data={[...new Set([currency, "EUR", ...(query.data?.currencies ?? [])])]}
          />
          <Export path="/api/office/mesh/export" wanted={{ month }}>
            <Trans>Export the edges</Trans>
          </Export>
        </>
      }
    >
      <Loaded query={query} height={520}>
        {(mesh) =>
          mesh.accounts.length === 0 ? (
            <Panel>
              <Empty
                title={<Trans>Nothing was posted in this month</Trans>}
                action={<ShowAll names={["month", "currency", "party"]} />}
              >
                <Trans>Choose another month or currency.</Trans>
              </Empty>
            </Panel>
          ) : (
            <>
              <Proof mesh={mesh} />
              <Panel
                title={<Trans>Who gave, who received</Trans>}
                aside={
                  <>
                    <Button size="compact-sm" variant="default" onClick={() => setWhole(!whole)}>
                      {whole ? <Trans>Draw the largest</Trans> : <Trans>Draw all</Trans>}
                    </Button>
                    <Link className={css.link} to="/office/flows" search={{ month }}>
                      <Trans>By channel and segment</Trans>
                    </Link>
                  </>
                }
              >
                <div className={css.formRow}>
                  <ChooseOrganisation
                    label={t`One party alone`}
                    required={false}
                    value={party ?? ""}
                    onChange={(id) => filter({ party: id || undefined })}
                  />
                  {party ? <ShowAll names={["party"]} /> : null}
                </div>
                {mesh.edges.length === 0 ? (
                  <Empty title={<Trans>Nothing of it was posted in this month</Trans>}>
                    <Trans>Choose another party or another month.</Trans>
                  </Empty>
                ) : (
                  <section className={css.scroll} tabIndex={0} aria-label={t`Value mesh`}>
                    <MeshGraph mesh={mesh} most={whole ? mesh.edges.length : DRAWN} />
                  </section>
                )}
              </Panel>
              <MeshEdges mesh={mesh} onOpen={setOpened} />
              <MeshParties mesh={mesh} />
              <MeshAccounts mesh={mesh} />
            </>
          )
        }
      </Loaded>
      <MeshPostings edge={opened} mesh={query.data} onClose={() => setOpened(undefined)} />
    </Page>
  );
}

/** The sentence that matters: the edges come to the ledger, or by how much they do not. */
function Proof({ mesh }: { mesh: Schema["Mesh"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const equal = mesh.difference.amount_minor === 0;
  return (
    <Notice
      tone={equal ? "good" : "bad"}
      title={equal ? t`The edges sum to the ledger` : t`The edges do not sum to the ledger`}
    >
      {t`Difference: ${f.money(mesh.difference)}. Each posting of the month is on one edge; the balances that the ledger keeps say the same.`}
    </Notice>
  );
}
