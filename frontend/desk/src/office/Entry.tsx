import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { isProblem } from "../api/problem";
import { Amount } from "../desk/Amount";
import { Empty } from "../desk/Empty";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Facts, Page, Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { FindEntry } from "./FindEntry";
import { kindOf, partnerOf, readReference, useNames } from "./names";
import css from "./office.module.css";
import { useWords } from "./words";

const route = getRouteApi("/office/ledger/entries");

/** All postings of one business fact, and what it is. */
export function Entry() {
  const { reference } = route.useSearch();
  const query = api.useQuery(
    "get",
    "/api/office/ledger/entries",
    { params: { query: { reference: reference ?? "" } } },
    { enabled: Boolean(reference) },
  );
  const unknown = isProblem(query.error) && query.error.code === "entry-unknown";
  return (
    <Page
      title={<Trans>Entry</Trans>}
      about={<span className={css.code}>{reference}</span>}
      actions={<FindEntry />}
    >
      <p className={css.crumb}>
        <Link to="/office/ledger">
          <Trans>Ledger</Trans>
        </Link>
      </p>
      {!reference || unknown ? (
        <Panel>
          <Empty title={<Trans>No entry has this reference</Trans>}>
            <Trans>References are exact, such as sale:1234 or statement:2026-10:EUR:…</Trans>
          </Empty>
        </Panel>
      ) : (
        <Loaded query={query} height={260}>
          {(entry) => <Found entry={entry} />}
        </Loaded>
      )}
    </Page>
  );
}

function Found({ entry }: { entry: Schema["EntryView"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useWords();
  const names = useNames(
    entry.postings.flatMap((row) => [row.debit, row.credit]).flatMap((one) => partnerOf(one) ?? []),
  );
  const name = (code: string) => {
    const partner = partnerOf(code);
    const kind = words.account(kindOf(code));
    return partner ? `${names(partner)} · ${kind}` : kind;
  };
  return (
    <>
      <Panel title={<What entry={entry} />}>
        <Facts
          items={[
            [t`Happened`, <Moment key="h" at={entry.effective_at} happened />],
            [t`Recorded`, <Moment key="r" at={entry.recorded_at} happened />],
            [t`Posted into`, f.month(entry.month)],
          ]}
        />
      </Panel>
      <Panel title={<Trans>Postings</Trans>} flush>
        <div className={css.scroll}>
          <table className={`${css.simple} tnum`}>
            <thead>
              <tr>
                <th scope="col">{t`From (debit)`}</th>
                <th scope="col">{t`To (credit)`}</th>
                <th scope="col" className={css.numeric}>{t`Amount`}</th>
              </tr>
            </thead>
            <tbody>
              {entry.postings.map((row) => (
                <tr key={row.line}>
                  <td>{name(row.debit)}</td>
                  <td>{name(row.credit)}</td>
                  <td className={css.numeric}>
                    <Amount value={row.amount} strong />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
    </>
  );
}

function What({ entry }: { entry: Schema["EntryView"] }) {
  const f = useFormat();
  const what = readReference(entry.reference);
  switch (what.kind) {
    case "sale":
    case "refund":
      return (
        <Link className={css.link} to="/office/sales" search={{ reference: what.sale }}>
          {what.kind === "sale" ? <Trans>Sale {what.sale}</Trans> : <Trans>Refund {what.sale}</Trans>}
        </Link>
      );
    case "statement":
      return (
        <Link
          className={css.link}
          to="/office/partners/$organisationId"
          params={{ organisationId: what.partner }}
        >
          <Trans>Statement of {f.month(what.month)}</Trans>
        </Link>
      );
    case "payout":
      return (
        <Link className={css.link} to="/office/payouts/$payoutId" params={{ payoutId: what.payout }}>
          <Trans>A step of a payout</Trans>
        </Link>
      );
    case "psp_fee":
      return <Trans>Fee of the payment service</Trans>;
    default:
      return <Trans>Entry of {f.month(entry.month)}</Trans>;
  }
}
