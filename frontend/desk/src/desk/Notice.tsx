import type { ReactNode } from "react";
import { IconAlertTriangle, IconCheck, IconInfoCircle } from "../ui/icons";
import css from "./Notice.module.css";

/** A sentence that matters, and the one button that solves it. */
export function Notice({
  tone = "accent",
  title,
  children,
  action,
}: {
  tone?: "accent" | "good" | "warn" | "bad";
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}) {
  const Icon = tone === "good" ? IconCheck : tone === "accent" ? IconInfoCircle : IconAlertTriangle;
  return (
    <div className={css.notice} data-tone={tone} role={tone === "bad" ? "alert" : "status"}>
      <Icon size={20} aria-hidden />
      <div>
        <b>{title}</b>
        {children ? <p>{children}</p> : null}
      </div>
      {action}
    </div>
  );
}
