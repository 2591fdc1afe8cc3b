import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { api, type Schema } from "../api/client";
import { Changes } from "../desk/Listing";
import { Notice } from "../desk/Notice";
import { useFormat } from "../i18n/format";
import css from "./office.module.css";

/** Changes of listings of two that wait for the second owner: of one listing, or of all. */
export function WaitingChanges({ listingId }: { listingId?: string }) {
  const { data } = api.useQuery("get", "/api/office/joint-changes", {
    params: { query: { listing_id: listingId ?? null } },
  });
  return data?.items.map((one) => <One key={one.id} one={one} linked={listingId === undefined} />);
}

function One({ one, linked }: { one: Schema["WaitingJointChange"]; linked: boolean }) {
  const { t } = useLingui();
  const f = useFormat();
  return (
    <section
      aria-label={t`Change of ${one.listing_name}`}
      style={{ display: "grid", gap: 10, marginBottom: 14 }}
    >
      <Notice
        tone="warn"
        title={t`${one.listing_name}: a change waits for ${one.second_name}`}
        action={
          linked ? (
            <Link className={css.link} to="/office/listings" search={{ listing: one.listing_id }}>
              {t`Look at the listing`}
            </Link>
          ) : undefined
        }
      >
        {t`${one.first_name} proposed it on ${f.date(one.proposed_at)}. Until the second owner accepts it the listing stays as it is.`}
      </Notice>
      <Changes changes={one.changes} />
    </section>
  );
}
