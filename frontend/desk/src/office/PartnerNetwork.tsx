import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../api/client";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { MoveInNetwork, type Moving } from "./MoveInNetwork";
import css from "./office.module.css";

/** Where an organisation stands in the network and stood, and who stands below it. */
export function PartnerNetwork({ id, name, roles }: { id: string; name: string; roles: string[] }) {
  const { t } = useLingui();
  const { can } = useSession();
  const [moving, setMoving] = useState<Moving>();
  const stands = roles.some((role) => role === "wholesaler" || role === "reseller");
  const query = api.useQuery(
    "get",
    "/api/office/organisations/{organisation_id}/network",
    { params: { path: { organisation_id: id } } },
    { enabled: stands },
  );
  if (!stands) return null;
  const billed = { operator: t`we invoice it`, wholesaler: t`it buys from there` };
  const above = query.data?.places.some((place) => !place.ended_at);
  return (
    <Panel
      title={<Trans>In the network</Trans>}
      aside={
        can("office:organisation:write") ? (
          <span className={css.formEnd}>
            <Button size="compact-sm" variant="default" onClick={() => setMoving({ id, name })}>
              {above ? <Trans>Move</Trans> : <Trans>Place below another</Trans>}
            </Button>
            {above ? (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => setMoving({ id, name, leaves: true })}
              >
                <Trans>Take out</Trans>
              </Button>
            ) : null}
          </span>
        ) : null
      }
      flush
    >
      <Loaded query={query}>
        {({ places, below }) => (
          <ul className={css.needs}>
            {places.length === 0 ? (
              <li>
                <span>
                  <Trans>Nobody stands above it.</Trans>
                </span>
              </li>
            ) : null}
            {places.map((place) => (
              <li key={place.joined_at}>
                <b>
                  <Link
                    className={css.link}
                    to="/office/partners/$organisationId"
                    params={{ organisationId: place.parent_id }}
                  >
                    {place.parent_name}
                  </Link>
                </b>
                <span>
                  {place.ended_at ? t`stood above it` : t`stands above it`}, {billed[place.billing]}
                  {place.reason ? ` · ${place.reason}` : ""}
                </span>
                <span style={{ flex: "0 0 auto" }}>
                  <Moment at={place.joined_at} day />
                  {place.ended_at ? (
                    <>
                      {" – "}
                      <Moment at={place.ended_at} day />
                    </>
                  ) : null}
                </span>
              </li>
            ))}
            {below.length ? (
              <li>
                <span>{t`Organisations below it: ${below.length}`}</span>
                <Link className={css.link} to="/office/network">
                  <Trans>Show the tree</Trans>
                </Link>
              </li>
            ) : null}
          </ul>
        )}
      </Loaded>
      <MoveInNetwork moving={moving} onClose={() => setMoving(undefined)} />
    </Panel>
  );
}
