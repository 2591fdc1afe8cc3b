import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Moment } from "../desk/Moment";
import { Figure } from "../desk/Page";
import { useFormat } from "../i18n/format";
import type { Partnership } from "./HomePartnership";
import { useWords } from "./words";

type HomeData = Schema["Home"];

/** Whether figures of sales mean something to it: integrators and start-ups mostly sell nothing. */
export const sells = (home: HomeData, part: Partnership) =>
  part.roles.includes("isv") ||
  home.drafts + home.submitted + home.to_change + home.published + home.so_far.length + home.before.length >
    0;

export function OnSale({ home }: { home: HomeData }) {
  const f = useFormat();
  return (
    <Figure
      label={<Trans>On sale</Trans>}
      value={f.number(home.published)}
      note={
        home.submitted > 0 ? (
          <Plural value={home.submitted} one="and # under review" other="and # under review" />
        ) : home.drafts > 0 ? (
          <Plural value={home.drafts} one="and # draft" other="and # drafts" />
        ) : (
          <Link to="/portal/listings">
            <Trans>Your listings</Trans>
          </Link>
        )
      }
    />
  );
}

export function NextPayout({ home }: { home: HomeData }) {
  const f = useFormat();
  const words = useWords();
  const { t } = useLingui();
  if (home.payouts === null) return null;
  const next = home.payouts.find(({ state }) => state !== "failed");
  if (!next) {
    return (
      <Figure
        label={<Trans>Next payout</Trans>}
        value="–"
        note={<Trans>The statement {f.ofMonth(home.month)} is drawn when the month is over.</Trans>}
      />
    );
  }
  return (
    <Figure
      label={next.state === "held" || next.state === "planned" ? t`Next payout` : t`On its way to you`}
      value={<Amount value={next.amount} />}
      note={
        next.held_reason === "hold" && next.hold_until ? (
          <Trans>
            Sales {f.ofMonth(next.month)}, leaves after <Moment at={next.hold_until} day />
          </Trans>
        ) : (
          <Trans>
            Sales {f.ofMonth(next.month)}.{" "}
            {next.held_reason ? words.held(next.held_reason) : words.state(next.state)}
          </Trans>
        )
      }
    />
  );
}

export function SoFar({ home }: { home: HomeData }) {
  const f = useFormat();
  const [now] = home.so_far;
  const [before] = home.before;
  return (
    <>
      <Figure
        label={<Trans>Your share this month</Trans>}
        value={now ? <Amount value={now.partner} /> : "–"}
        note={
          before ? (
            <Trans>{f.money(before.partner)} the whole month before</Trans>
          ) : (
            <Trans>VAT excluded</Trans>
          )
        }
      />
      <Figure
        label={<Trans>Sales this month</Trans>}
        value={f.number(now?.sales ?? 0)}
        note={
          <Link to="/portal/sales" search={{ month: home.month }}>
            <Plural value={now?.refunds ?? 0} _0="no refund" one="# refund" other="# refunds" />
          </Link>
        }
      />
    </>
  );
}

/** What is set against the share at the month's end; not shown to those who use nothing. */
export function Used({ home }: { home: HomeData }) {
  const f = useFormat();
  const [used] = home.used ?? [];
  if (!used) return null;
  return (
    <Figure
      label={<Trans>Infrastructure this month</Trans>}
      value={<Amount value={used.payable} taken />}
      note={
        <Link to="/portal/charges" search={{ month: home.month }}>
          {used.credit.amount_minor > 0 ? (
            <Trans>VAT excluded, {f.money(used.credit)} paid by credit</Trans>
          ) : (
            <Trans>VAT excluded, set against your share</Trans>
          )}
        </Link>
      }
    />
  );
}
