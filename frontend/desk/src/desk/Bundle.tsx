import { useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";
import { Amount } from "./Amount";
import css from "./Bundle.module.css";

type Bundle = Schema["BundleView"];
type Bar = NonNullable<Schema["BundlePartView"]["bar"]>;

/** What an offer is made of, of whom each part is and for how much. */
export function Bundle({ bundle }: { bundle: Bundle }) {
  const { t, i18n } = useLingui();
  const bars: Record<Bar, string> = {
    gone: t`not on sale any more`,
    joint: t`has two owners now`,
    bundle: t`is an offer of several parts itself`,
    price: t`costs something else now`,
    vat: t`has another rate of VAT now`,
    audience: t`is offered to fewer segments than this offer`,
  };
  return (
    <ul className={css.parts}>
      <li>
        <span>
          <b>{i18n.locale === "fr" ? bundle.service_fr : bundle.service_en}</b>
          <small>{t`The integrator’s own service`}</small>
        </span>
        <Amount value={bundle.service} />
      </li>
      {bundle.parts.map((part) => (
        <li key={part.component_id}>
          <span>
            <b>{part.name}</b>
            <small>{part.owner}</small>
            {part.bar ? <small className={css.bar}>{bars[part.bar]}</small> : null}
          </span>
          <Amount value={part.price} />
        </li>
      ))}
    </ul>
  );
}
