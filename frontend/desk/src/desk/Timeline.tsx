import type { ReactNode } from "react";
import { IconCheck, IconClock, IconX } from "../ui/icons";
import { Moment } from "./Moment";
import css from "./Timeline.module.css";

export interface Step {
  key: string;
  label: ReactNode;
  note?: ReactNode;
  /** Below the note, whatever form it has. */
  more?: ReactNode;
  /** When it happened; absent for what is still to come. */
  at?: string | null;
  state: "done" | "now" | "bad" | "later";
}

/** What happened, in order, and what is still to come. */
export function Timeline({ steps }: { steps: Step[] }) {
  return (
    <ol className={css.line}>
      {steps.map((step) => (
        <li key={step.key} data-state={step.state}>
          <span className={css.dot} aria-hidden>
            {step.state === "bad" ? (
              <IconX size={13} />
            ) : step.state === "done" ? (
              <IconCheck size={13} />
            ) : (
              <IconClock size={13} />
            )}
          </span>
          <div>
            <b>{step.label}</b>
            {step.note ? <p>{step.note}</p> : null}
            {step.more}
          </div>
          {step.at ? <Moment at={step.at} day happened /> : <span />}
        </li>
      ))}
    </ol>
  );
}
