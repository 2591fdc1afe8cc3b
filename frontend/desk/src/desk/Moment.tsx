import { useLingui } from "@lingui/react/macro";
import { useFormat } from "../i18n/format";
import { DAY, MOMENT } from "../i18n/text";

/** A moment with the zone named. `day` leaves the hour out, which is then in the title. */
export function Moment({ at, day = false }: { at: string; day?: boolean }) {
  const f = useFormat();
  const { t } = useLingui();
  const whole = t`${f.date(at, MOMENT)}, Paris time`;
  return (
    <time dateTime={at} title={day ? whole : undefined}>
      {day ? f.date(at, DAY) : whole}
    </time>
  );
}
