import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Moment } from "../desk/Moment";
import { Figure, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";
import { DAY } from "../i18n/text";
import { IconBriefcase, IconRocket, IconStairsUp, IconTargetArrow, IconUsers } from "../ui/icons";
import { Pill } from "../ui/Pill";
import css from "./Home.module.css";
import { useProgrammeWords } from "./programmeWords";
import { TimeLeft } from "./TimeLeft";

export type Partnership = Schema["Partnership"];
type Level = Schema["HomeLevel"];

/** How many things wait for an answer of the partner's. */
export const waits = (part: Partnership) =>
  part.leads_waiting + part.deals_waiting + (part.joint_offers?.length ?? 0) + (part.owed?.length ?? 0);

/** What is owed, what credits are left, and what the network brings: each only where there is some. */
export function PartFigures({ part, month }: { part: Partnership; month: string }) {
  const f = useFormat();
  return (
    <>
      {(part.owed ?? []).map(({ left, since }) => (
        <Figure
          key={`owed ${left.currency}`}
          label={<Trans>You owe us</Trans>}
          value={<Amount value={left} />}
          note={
            <Link to="/portal/receipts">
              <Trans>Since {f.date(`${since}T12:00:00Z`, DAY)}: how to pay</Trans>
            </Link>
          }
        />
      ))}
      {(part.credits ?? []).map(({ left, first, expires_on }) => (
        <Figure
          key={`credit ${left.currency}`}
          label={<Trans>Credits left</Trans>}
          value={<Amount value={left} />}
          note={
            <Link to="/portal/credits">
              <Trans>
                {f.money(first)} end after {f.date(`${expires_on}T12:00:00Z`, DAY)}
              </Trans>
            </Link>
          }
        />
      ))}
      {part.roles.includes("startup") && part.credits?.length === 0 ? (
        <Figure
          label={<Trans>Credits left</Trans>}
          value={<Trans>None left</Trans>}
          note={
            <Link to="/portal/credits">
              <Trans>What was given and what it paid</Trans>
            </Link>
          }
        />
      ) : null}
      {part.network ? (
        <Figure
          label={<Trans>Your network</Trans>}
          value={<Plural value={part.network.below} _0="Nobody yet" one="# partner" other="# partners" />}
          note={
            <Link to="/portal/network">
              {part.network.below === 0 ? (
                <Trans>Invite a reseller</Trans>
              ) : part.network.unverified > 0 ? (
                <Plural
                  value={part.network.unverified}
                  one="# is still being checked"
                  other="# are still being checked"
                />
              ) : (
                <Trans>All are checked</Trans>
              )}
            </Link>
          }
        />
      ) : null}
      {part.network?.margin && part.network.below > 0 ? (
        <Figure
          label={<Trans>Margin this month</Trans>}
          value={part.network.margin[0] ? <Amount value={part.network.margin[0]} /> : "–"}
          note={
            <Link to="/portal/margins" search={{ month }}>
              <Trans>Of what your network used</Trans>
            </Link>
          }
        />
      ) : null}
    </>
  );
}

/** Leads, deals and joint offers that wait for an answer, each leading to where it is given. */
export function Waiting({ part }: { part: Partnership }) {
  const { t } = useLingui();
  const { can } = useSession();
  const deals = part.deals ?? [];
  const rows: ReactNode[] = [
    ...(part.leads ?? []).map((each, place) => (
      <Row
        key={`lead ${place}`}
        icon={<IconTargetArrow size={18} />}
        to={<Link to="/portal/leads">{t`Lead: ${each.lead}`}</Link>}
        note={<Trans>Accept it or decline it; then it goes to another partner.</Trans>}
        aside={<TimeLeft until={each.respond_by} />}
      />
    )),
    ...deals.map((each) => (
      <Row
        key={each.id}
        icon={<IconBriefcase size={18} />}
        to={
          <Link to="/portal/deals" search={{ deal: each.id }}>
            {t`Deal: ${each.customer_name}`}
          </Link>
        }
        note={
          each.protected_until ? (
            <Trans>
              Protected until <Moment at={each.protected_until} day />: renew it, or say how it ended.
            </Trans>
          ) : (
            <Trans>We ask for something before we decide.</Trans>
          )
        }
        aside={<Pill tone="warn">{each.protected_until ? t`Ends soon` : t`Action needed`}</Pill>}
      />
    )),
    ...(part.joint_offers ?? []).map((each, place) => (
      <Row
        key={`joint ${place}`}
        icon={<IconUsers size={18} />}
        to={<Link to="/portal/joint-offers">{t`Joint offer: ${each.listing}`}</Link>}
        note={t`${each.partner} proposes to sell it with you.`}
        aside={
          <Pill tone="warn">
            <Trans>To answer</Trans>
          </Pill>
        }
      />
    )),
  ];
  const more = part.leads_waiting + part.deals_waiting - (part.leads?.length ?? 0) - deals.length;
  const brings = part.roles.some((role) => ["vai", "reseller", "wholesaler"].includes(role));
  if (rows.length === 0 && !brings) return null;
  return (
    <Panel title={<Trans>Waiting for your answer</Trans>} flush>
      {rows.length ? (
        <ul className={css.rows}>{rows}</ul>
      ) : (
        <p className={css.none}>
          <Trans>No lead and no deal waits for you.</Trans>{" "}
          {can("portal:deal:write") ? (
            <Trans>
              <Link to="/portal/deals" search={{ new: true }}>
                Register a deal
              </Link>{" "}
              to keep its customer for you, or{" "}
              <Link to="/portal/leads" search={{ profile: true }}>
                say which leads you look for
              </Link>
              .
            </Trans>
          ) : null}
        </p>
      )}
      {more > 0 ? (
        <p className={css.none}>
          <Link to="/portal/deals">
            <Plural value={more} one="and # more" other="and # more" />
          </Link>
        </p>
      ) : null}
    </Panel>
  );
}

/** The levels held and the way to the next; programmes that may be applied to. */
export function Levels({ part }: { part: Partnership }) {
  const levels = part.levels ?? [];
  if (levels.length === 0) return null;
  const held = levels.some(({ level }) => level);
  return (
    <Panel
      title={held ? <Trans>Your level, and what the next one asks for</Trans> : <Trans>Programmes</Trans>}
      flush
    >
      <ul className={css.rows}>
        {levels.map((each) => (each.level ? <Held key={each.programme} one={each} /> : null))}
        {levels.map((each) => (each.level ? null : <Open key={each.programme} one={each} />))}
        {part.roles.includes("startup") ? (
          <Row
            icon={<IconRocket size={18} />}
            to={
              <Link to="/portal/startup">
                <Trans>Start-up programme</Trans>
              </Link>
            }
            note={<Trans>Mentoring milestones, technical integration, credits and growth.</Trans>}
          />
        ) : null}
      </ul>
    </Panel>
  );
}

function Held({ one }: { one: Level }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useProgrammeWords();
  const [met, asked] = [f.number(one.met), f.number(one.asked)];
  const next = one.next_level ? words.name(one.next_level) : "";
  const missing = one.missing.map(
    (each) => `${words.name(each.measure)} (${words.figure(each.measure.unit, each.missing)})`,
  );
  return (
    <Row
      icon={<IconStairsUp size={18} />}
      to={
        <Link to="/portal/programmes/$programme" params={{ programme: one.programme }}>
          {words.name(one)}
        </Link>
      }
      note={
        !one.next_level ? (
          <Trans>The highest level.</Trans>
        ) : one.asked === 0 ? (
          t`${next} is given by us, on our own.`
        ) : missing.length ? (
          t`Still missing for ${next}: ${missing.join(", ")}.`
        ) : (
          t`All that ${next} asks for is there: the next evaluation gives it.`
        )
      }
      aside={
        <span className={css.level}>
          <Pill tone="gold">{one.level ? words.name(one.level) : ""}</Pill>
          {one.asked > 0 ? (
            <>
              <progress className={css.progress} value={one.met} max={one.asked} aria-hidden="true" />
              <small>{t`${met} of ${asked} met`}</small>
            </>
          ) : null}
        </span>
      }
    />
  );
}

function Open({ one }: { one: Level }) {
  const words = useProgrammeWords();
  return (
    <Row
      icon={<IconStairsUp size={18} />}
      to={<Link to="/portal/programmes">{words.name(one)}</Link>}
      note={
        one.applied ? (
          <Trans>You applied: we answer with our reasons.</Trans>
        ) : (
          <Trans>You may apply: read what it gives and what it asks for.</Trans>
        )
      }
      aside={
        one.applied ? (
          <Pill tone="accent">
            <Trans>Being checked</Trans>
          </Pill>
        ) : undefined
      }
    />
  );
}

function Row({
  icon,
  to,
  note,
  aside,
}: {
  icon: ReactNode;
  to: ReactNode;
  note: ReactNode;
  aside?: ReactNode;
}) {
  return (
    <li className={css.row}>
      <span className={css.icon} aria-hidden="true">
        {icon}
      </span>
      <div className={css.said}>
        {to}
        <small>{note}</small>
      </div>
      {aside}
    </li>
  );
}
