import { useLingui } from "@lingui/react/macro";
import { api } from "../api/client";
import { Amount } from "../desk/Amount";
import { Loaded } from "../desk/Loaded";
import { Facts } from "../desk/Page";

/** Who earns what of an offer of several parts, by the rules in force, to the cent. */
export function BundleEarnings({ listingId }: { listingId: string }) {
  const { t } = useLingui();
  const query = api.useQuery("get", "/api/office/listings/{listing_id}/earnings", {
    params: { path: { listing_id: listingId } },
  });
  return (
    <Loaded query={query} height={120}>
      {({ items }) => (
        <Facts
          items={items.flatMap((one): [string, React.ReactNode][] => [
            [
              t`${one.owner}, where our store brought the buyer`,
              <Amount key="o" value={one.operator_brought.partner} />,
            ],
            [
              t`${one.owner}, where the integrator did`,
              <Amount key="p" value={one.partner_brought.partner} />,
            ],
          ])}
        />
      )}
    </Loaded>
  );
}
