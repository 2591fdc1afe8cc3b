import { Plural, Trans } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { Moment } from "../desk/Moment";
import css from "./Leads.module.css";

/** Counted down by the minute. */
export function TimeLeft({ until }: { until: string }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(tick);
  }, []);
  const minutes = Math.floor((Date.parse(until) - now) / 60_000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor(minutes / 60);
  return (
    <span className={css.left} data-soon={hours < 24 || undefined}>
      <b>
        {minutes <= 0 ? (
          <Trans>The time is over</Trans>
        ) : days >= 2 ? (
          <Plural value={days} one="# day left" other="# days left" />
        ) : hours >= 1 ? (
          <Plural value={hours} one="# hour left" other="# hours left" />
        ) : (
          <Plural value={minutes} one="# minute left" other="# minutes left" />
        )}
      </b>
      <small>
        <Trans>until</Trans> <Moment at={until} />
      </small>
    </span>
  );
}
