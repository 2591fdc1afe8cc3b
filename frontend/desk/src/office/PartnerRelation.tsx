import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { api, type Schema } from "../api/client";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Facts, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { Pill } from "../ui/Pill";
import { DecideRelation } from "./DecideRelation";
import css from "./office.module.css";
import { useRelationWords } from "./relationWords";

/** Who manages this customer now, why, and what was decided before. */
export function PartnerRelation({ id, name }: { id: string; name: string }) {
  const { t } = useLingui();
  const { can } = useSession();
  const [changing, setChanging] = useState(false);
  const query = api.useQuery("get", "/api/office/organisations/{organisation_id}/relation", {
    params: { path: { organisation_id: id } },
  });
  return (
    <Panel
      title={<Trans>Who manages it as a customer</Trans>}
      aside={
        can("office:organisation:write") ? (
          <Button size="compact-sm" variant="default" onClick={() => setChanging(true)}>
            <Trans>Change</Trans>
          </Button>
        ) : null
      }
    >
      <Loaded query={query}>
        {({ now, decisions }) => (
          <>
            <Now now={now} />
            {decisions.length ? <Decided decisions={decisions} /> : null}
          </>
        )}
      </Loaded>
      <Dialog opened={changing} onClose={() => setChanging(false)} size="lg" title={t`Who manages ${name}`}>
        {changing && query.data ? (
          <DecideRelation id={id} now={query.data.now} onClose={() => setChanging(false)} />
        ) : null}
      </Dialog>
    </Panel>
  );
}

/** The name of who manages it, as a link where there is one to follow. */
export function ManagedBy({ one }: { one: Schema["RelationView"] }) {
  const { t } = useLingui();
  if (one.partner_id)
    return (
      <Link
        className={css.link}
        to="/office/partners/$organisationId"
        params={{ organisationId: one.partner_id }}
      >
        {one.partner_name}
      </Link>
    );
  if (one.relation === "self_service") return t`Nobody: it needs no one`;
  return one.manager_name ?? <Pill tone="warn">{t`To be named`}</Pill>;
}

function Now({ now }: { now: Schema["RelationView"] }) {
  const { t } = useLingui();
  const words = useRelationWords();
  return (
    <Facts
      items={[
        [t`Relation`, words.relations[now.relation]],
        [t`Managed by`, <ManagedBy key="m" one={now} />],
        ...(now.basis === "contact" && now.contact_name
          ? [[t`Contact`, now.contact_name] as [string, string]]
          : []),
        [t`Because`, now.deal_number ? t`Deal ${now.deal_number} is in force` : words.bases[now.basis]],
        ...(now.basis === "segment"
          ? []
          : [[t`Since`, <Moment key="s" at={now.since} day />] as [string, ReactNode]]),
      ]}
    />
  );
}

function Decided({ decisions }: { decisions: Schema["RelationDecided"][] }) {
  const { t } = useLingui();
  const words = useRelationWords();
  return (
    <section className={css.scroll} tabIndex={0} aria-label={t`What was decided`}>
      <table className={`${css.simple} ${css.cards}`}>
        <thead>
          <tr>
            <th scope="col">{t`From`}</th>
            <th scope="col">{t`Relation`}</th>
            <th scope="col">{t`Managed by`}</th>
            <th scope="col">{t`Reason`}</th>
          </tr>
        </thead>
        <tbody>
          {decisions.map((one) => (
            <tr key={one.starts_at}>
              <th scope="row">
                <Moment at={one.starts_at} day />
              </th>
              <td>{one.relation ? words.relations[one.relation] : t`By the rules again`}</td>
              <td>{one.manager_name ?? one.partner_name ?? "–"}</td>
              <td>{one.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
