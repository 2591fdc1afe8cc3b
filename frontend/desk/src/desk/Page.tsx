import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useRef } from "react";
import css from "./Page.module.css";

/** The frame of every page: its heading, what it is about in a sentence, its actions. */
export function Page({
  title,
  about,
  actions,
  children,
  narrow = false,
}: {
  title: ReactNode;
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  narrow?: boolean;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { i18n } = useLingui();
  useEffect(() => {
    document.title = `${heading.current?.textContent ?? ""} · Iroise Cloud`;
  }, [title, i18n.locale]);
  return (
    <div className={css.content} data-narrow={narrow || undefined}>
      <div className={css.head}>
        <div>
          <h1 ref={heading}>{title}</h1>
          {about ? <p>{about}</p> : null}
        </div>
        {actions ? <div className={css.actions}>{actions}</div> : null}
      </div>
      {children}
    </div>
  );
}

export function Panel({
  title,
  aside,
  children,
  flush = false,
}: {
  title?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  /** Without a margin inside: for tables. */
  flush?: boolean;
}) {
  return (
    <section className={css.panel}>
      {title ? (
        <div className={css.panelHead}>
          <h2>{title}</h2>
          {aside}
        </div>
      ) : null}
      {flush ? children : <div className={css.inside}>{children}</div>}
    </section>
  );
}

export const Figures = ({ children }: { children: ReactNode }) => (
  <div className={css.figures}>{children}</div>
);

/** One amount that matters, with its name above and what it means below. */
export function Figure({ label, value, note }: { label: ReactNode; value: ReactNode; note?: ReactNode }) {
  return (
    <div className={css.figure}>
      <span>{label}</span>
      <strong className="tnum">{value}</strong>
      {note ? <small>{note}</small> : null}
    </div>
  );
}

/** Names and values: what is known of one thing. */
export function Facts({ items }: { items: [label: ReactNode, value: ReactNode][] }) {
  return (
    <dl className={css.facts}>
      {items.map(([label, value], index) => (
        <div key={index}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Words and what they mean, one below the other. */
export function Terms({ items }: { items: [term: ReactNode, meaning: ReactNode][] }) {
  return (
    <dl className={css.terms}>
      {items.map(([term, meaning], index) => (
        <div key={index}>
          <dt>{term}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
