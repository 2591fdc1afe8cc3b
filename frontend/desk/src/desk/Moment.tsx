import { Trans, useLingui } from "@lingui/react/macro";
import { isAhead } from "../api/clock";
import { useFormat } from "../i18n/format";
import { DAY, MOMENT } from "../i18n/text";
import css from "./Moment.module.css";

/**
 * A moment with the zone named. `day` leaves the hour out, which is then in the title.
 *
 * `happened`: it is no plan. The sandbox's clock runs ahead, and what it has dated says so.
 */
export function Moment({
  at,
  day = false,
  happened = false,
}: {
  at: string;
  day?: boolean;
  happened?: boolean;
}) {
  const f = useFormat();
  const { t } = useLingui();
  const whole = t`${f.date(at, MOMENT)}, Paris time`;
  const time = (
    <time dateTime={at} title={day ? whole : undefined}>
      {day ? f.date(at, DAY) : whole}
    </time>
  );
  if (!happened || !isAhead(at)) return time;
  return (
    <span className={css.both}>
      {time}
      <small className={css.hint} title={t`The clock of the Stripe sandbox runs ahead of ours.`}>
        <Trans>sandbox clock</Trans>
      </small>
    </span>
  );
}
