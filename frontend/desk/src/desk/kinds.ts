import { useLingui } from "@lingui/react/macro";
import type { Schema } from "../api/client";

export type Kind = NonNullable<Schema["OrganisationView"]["kinds"]>[number];

/** Which kinds each role has, as the server knows them. */
export const KINDS: Record<string, Kind[]> = {
  isv: ["software_house", "open_source_editor"],
  vai: ["esn", "consulting", "integrator", "web_agency", "hoster"],
  wholesaler: ["distributor"],
  reseller: ["esn", "consulting", "hoster", "web_agency", "retailer"],
  supplier: ["manufacturer", "house_provider", "proprietary_editor", "open_source_community"],
};

/** Sub-types of partners, types of suppliers and the two ecosystems, as people call them. */
export function useKindWords() {
  const { t } = useLingui();
  const kinds: Record<Kind, string> = {
    software_house: t`Software house`,
    open_source_editor: t`Open-source editor`,
    esn: t`IT services company`,
    consulting: t`Consulting firm`,
    integrator: t`Systems integrator`,
    web_agency: t`Web agency`,
    hoster: t`Hosting provider`,
    distributor: t`Distributor`,
    retailer: t`Retailer`,
    manufacturer: t`Hardware manufacturer`,
    house_provider: t`House provider`,
    proprietary_editor: t`Proprietary editor`,
    open_source_community: t`Open-source community`,
  };
  const ecosystems: Record<Schema["OrganisationView"]["ecosystems"][number], string> = {
    supplier: t`Suppliers`,
    product: t`Products`,
  };
  return { kinds, ecosystems, kind: (kind: Kind) => kinds[kind] ?? kind };
}
