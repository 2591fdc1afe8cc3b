import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi } from "@tanstack/react-router";
import { api } from "../api/client";
import { Loaded } from "../desk/Loaded";
import { Page } from "../desk/Page";
import { Tabs } from "../desk/Tabs";
import { BenefitSettings } from "./BenefitSettings";
import { Gifts } from "./Gifts";
import { useFilter } from "./kit";
import { Matrices } from "./Matrices";
import { PriceFloors } from "./PriceFloors";
import type { Given } from "./programmeParts";
import own from "./programmes.module.css";
import { TierTables } from "./TierTables";

const route = getRouteApi("/office/benefits");

/** What levels give: in force, announced and past; another one is announced from a day to come. */
export function Benefits() {
  const { t } = useLingui();
  const { part } = route.useSearch();
  const filter = useFilter();
  const query = api.useQuery("get", "/api/office/benefits");
  return (
    <Page
      title={<Trans>Benefits</Trans>}
      about={
        <Trans>
          What levels give. A rule begins on a day to come and is never changed: until then it can be
          withdrawn, later another one replaces it, and what was priced before stays.
        </Trans>
      }
    >
      <div className={own.parts}>
        <Tabs<Given>
          label={t`Part of the benefits`}
          value={part}
          onChange={(next) => filter({ part: next })}
          items={[
            { value: undefined, label: t`Discount matrix` },
            { value: "tiers", label: t`Turnover tiers` },
            { value: "settings", label: t`Rates, amounts, delays` },
            { value: "gifts", label: t`By level` },
            { value: "floors", label: t`Price floors` },
          ]}
        />
      </div>
      <Loaded query={query} height={420}>
        {(benefits) =>
          part === "tiers" ? (
            <TierTables tables={benefits.tier_tables} />
          ) : part === "settings" ? (
            <BenefitSettings settings={benefits.settings} />
          ) : part === "floors" ? (
            <PriceFloors />
          ) : part === "gifts" ? (
            <Gifts gifts={benefits.gifts} />
          ) : (
            <Matrices benefits={benefits} />
          )
        }
      </Loaded>
    </Page>
  );
}
