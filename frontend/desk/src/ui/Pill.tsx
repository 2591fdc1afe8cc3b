import type { ReactNode } from "react";
import css from "./Pill.module.css";

export type Tone = "neutral" | "accent" | "good" | "warn" | "bad" | "gold";

export function Pill({
  tone = "neutral",
  icon,
  children,
}: {
  tone?: Tone;
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <span className={css.pill} data-tone={tone}>
      {icon}
      {children}
    </span>
  );
}
