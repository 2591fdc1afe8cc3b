import css from "./Code.module.css";

/** Text for programs, as it stands; it scrolls by itself. */
export function Code({ label, text }: { label: string; text: string }) {
  return (
    <section className={css.code} tabIndex={0} aria-label={label}>
      <pre>{text}</pre>
    </section>
  );
}
