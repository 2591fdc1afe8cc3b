import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { Can } from "../desk/Can";
import { Empty } from "../desk/Empty";
import { useFilter } from "../desk/Filters";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Page, Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { IconChevronDown, IconChevronRight } from "../ui/icons";
import { Pill } from "../ui/Pill";
import { MoveInNetwork, type Moving } from "./MoveInNetwork";
import css from "./Network.module.css";
import { today } from "./paris";
import { VerificationPill } from "./words";

type Branch = Schema["Branch"];

const route = getRouteApi("/office/network");

/** All trees of wholesalers and resellers, now or as they stood on a day. */
export function Network() {
  const { t } = useLingui();
  const f = useFormat();
  const { on } = route.useSearch();
  const filter = useFilter();
  const [moving, setMoving] = useState<Moving>();
  const query = api.useQuery("get", "/api/office/network/tree", { params: { query: { on } } });
  const day = on ? f.date(`${on}T12:00:00Z`) : "";
  return (
    <Page
      title={<Trans>Network</Trans>}
      about={<Trans>Who sells through whom: wholesalers, and the resellers below them.</Trans>}
      actions={
        <TextInput
          type="date"
          size="sm"
          label={t`As it stood on`}
          value={on ?? today()}
          min="2000-01-01"
          max={today()}
          onChange={(event) => {
            const { value } = event.currentTarget;
            filter({ on: value && value !== today() ? value : undefined });
          }}
        />
      }
    >
      <Panel title={on ? t`The network at the end of ${day}` : <Trans>The network today</Trans>} flush>
        <Loaded query={query} height={320}>
          {(data) =>
            data.items.length ? (
              <Tree items={data.items} move={on ? undefined : setMoving} />
            ) : on ? (
              <Empty
                title={<Trans>Nobody stood in the network that day</Trans>}
                action={
                  <Button variant="default" size="sm" onClick={() => filter({ on: undefined })}>
                    <Trans>Show today</Trans>
                  </Button>
                }
              />
            ) : (
              <Empty title={<Trans>No tree yet</Trans>}>
                <Trans>
                  A wholesaler invites its resellers in the portal, or you place one below another on its
                  page.
                </Trans>
              </Empty>
            )
          }
        </Loaded>
      </Panel>
      {query.data && !query.data.is_whole ? (
        <p className={css.more}>
          <Trans>Only the first 5,000 are shown.</Trans>
        </p>
      ) : null}
      <MoveInNetwork moving={moving} onClose={() => setMoving(undefined)} />
    </Page>
  );
}

/** Nested lists that fold: a list of a list is read as a tree by everybody. */
function Tree({ items, move }: { items: Branch[]; move: ((moving: Moving) => void) | undefined }) {
  const below = new Map<string | null, Branch[]>();
  for (const one of items) below.set(one.parent_id, [...(below.get(one.parent_id) ?? []), one]);
  return (
    <ul className={css.tree}>
      {(below.get(null) ?? []).map((root) => (
        <Node key={root.organisation_id} one={root} below={below} move={move} />
      ))}
    </ul>
  );
}

function Node({
  one,
  below,
  move,
}: {
  one: Branch;
  below: Map<string | null, Branch[]>;
  move: ((moving: Moving) => void) | undefined;
}) {
  const { t } = useLingui();
  const [open, setOpen] = useState(true);
  const children = below.get(one.organisation_id) ?? [];
  const { name } = one;
  const count = children.length;
  return (
    <li>
      <div className={css.row}>
        {count ? (
          <button
            type="button"
            className={css.fold}
            aria-expanded={open}
            aria-label={t`${count} below ${name}`}
            onClick={() => setOpen(!open)}
          >
            {open ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
          </button>
        ) : (
          <span className={css.fold} />
        )}
        <span className={css.who}>
          <Link to="/office/partners/$organisationId" params={{ organisationId: one.organisation_id }}>
            {name}
          </Link>
          <small>
            {one.reference}
            {one.joined_at ? (
              <>
                {" · "}
                <Trans>since</Trans> <Moment at={one.joined_at} day />
              </>
            ) : null}
            {one.ended_at ? (
              <>
                {" · "}
                <Trans>until</Trans> <Moment at={one.ended_at} day />
              </>
            ) : null}
          </small>
        </span>
        <span className={css.marks}>
          {one.verification === "verified" ? null : <VerificationPill state={one.verification} />}
          {one.billing === "operator" ? <Pill tone="accent">{t`We invoice it`}</Pill> : null}
          {one.billing === "wholesaler" ? <Pill tone="neutral">{t`Buys from above`}</Pill> : null}
        </span>
        {move ? (
          <Can scope="office:organisation:write">
            <span className={css.acts}>
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => move({ id: one.organisation_id, name })}
              >
                <Trans>Move</Trans>
                <span className="sr"> {name}</span>
              </Button>
              {one.parent_id ? (
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => move({ id: one.organisation_id, name, leaves: true })}
                >
                  <Trans>Take out</Trans>
                  <span className="sr"> {name}</span>
                </Button>
              ) : null}
            </span>
          </Can>
        ) : null}
      </div>
      {count && open ? (
        <ul>
          {children.map((child) => (
            <Node key={child.organisation_id} one={child} below={below} move={move} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}
