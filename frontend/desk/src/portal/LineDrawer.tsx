import { Trans, useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import { Moment } from "../desk/Moment";
import { Facts } from "../desk/Page";
import { Waterfall } from "../desk/Waterfall";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import css from "./PayoutDrawer.module.css";
import { useWords } from "./words";

/** One sale or refund: each deduction with its rule, its rate, what it was taken from, and its event. */
export function LineDrawer({
  line,
  onClose,
}: {
  line: Schema["StatementLine"] | undefined;
  onClose: () => void;
}) {
  return (
    <Side
      opened={line !== undefined}
      onClose={onClose}
      size={520}
      title={line?.kind === "refund" ? <Trans>Refund</Trans> : <Trans>Sale</Trans>}
    >
      {line ? <Inside line={line} /> : null}
    </Side>
  );
}

function Inside({ line }: { line: Schema["StatementLine"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useWords();
  return (
    <div className={css.detail}>
      <div>
        <b>{line.listing_name}</b>
        <p className={`${css.amount} tnum`}>{f.money(line.partner)}</p>
        <span className={css.faint}>{t`your share of ${line.reference}`}</span>
      </div>
      <Waterfall
        falls={[
          {
            key: "net",
            label: line.kind === "refund" ? t`Given back` : t`Paid, VAT excluded`,
            amount: line.net,
            sum: true,
          },
          ...line.deductions.map((one) => ({
            key: one.entry,
            label: t`Kept by us`,
            amount: { ...one.amount, amount_minor: -one.amount.amount_minor },
            why: (
              <Trans>
                {f.rate(one.rate_bp)} of {f.money(one.base)}, by the rule “{one.rule}” in force when it was
                sold. Entry {one.entry}, <Moment at={one.at} happened />.
              </Trans>
            ),
          })),
          { key: "partner", label: t`Your share`, amount: line.partner, sum: true },
        ]}
      />
      <Facts
        items={[
          [t`Reference`, line.reference],
          ...(line.joint_with ? [[t`Sold jointly with`, line.joint_with] as [string, string]] : []),
          ...(line.original_reference ? [[t`Refund of`, line.original_reference] as [string, string]] : []),
          [t`Sold on`, <Moment key="sold" at={line.sold_at} happened />],
          [t`Channel`, words.channel(line.channel)],
          [t`Refund period ends`, <Moment key="hold" at={line.hold_until} />],
          [t`VAT on your share`, line.vat_category === "S" ? f.rate(line.vat_rate_bp) : t`None`],
        ]}
      />
      {line.is_late ? (
        <p className={css.faint}>
          <Trans>
            Recorded after its month was closed: it stands on the statement of the next open month.
          </Trans>
        </p>
      ) : null}
    </div>
  );
}
