import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, http } from "../api/client";
import { useAction } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { Facts, Panel } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { useSession } from "../desk/session";
import css from "./File.module.css";
import { forget } from "./file";

const NAMES = ["siren", "siret", "vat_number"] as const;
type Name = (typeof NAMES)[number];

/** SIREN, SIRET and VAT number: what is known is shown, what is not yet can be given once. */
export function Numbers() {
  const { t } = useLingui();
  const { can } = useSession();
  const organisation = api.useQuery("get", "/api/portal/organisation");
  const [told, setTold] = useState<Partial<Record<Name, string>>>({});
  const labels: Record<Name, string> = { siren: t`SIREN`, siret: t`SIRET`, vat_number: t`VAT number` };
  const save = useAction(async () => {
    const body = Object.fromEntries(
      NAMES.map((name) => [name, told[name]?.replaceAll(/[\s.]/g, "").toUpperCase() || null]),
    );
    const { error } = await http.POST("/api/portal/organisation/numbers", { body });
    if (error) throw error;
    setTold({});
    await forget();
  });
  return (
    <Panel title={<Trans>Your numbers</Trans>}>
      <Loaded query={organisation}>
        {(one) => {
          const asked = NAMES.filter((name) => !one[name] && (one.country === "FR" || name === "vat_number"));
          const known = NAMES.filter((name) => one[name]);
          return (
            <>
              {known.length ? <Facts items={known.map((name) => [labels[name], one[name] ?? ""])} /> : null}
              {asked.length && can("portal:organisation:write") ? (
                <form
                  className={css.form}
                  onSubmit={(event) => {
                    event.preventDefault();
                    void save.run();
                  }}
                >
                  <ProblemAlert error={save.error} />
                  <p className={css.how}>
                    <Trans>Give those that you have. Once they are known, only we correct them.</Trans>
                  </p>
                  {asked.map((name) => (
                    <TextInput
                      key={name}
                      label={labels[name]}
                      maxLength={30}
                      value={told[name] ?? ""}
                      onChange={(event) => {
                        const value = event.currentTarget.value;
                        setTold((before) => ({ ...before, [name]: value }));
                      }}
                    />
                  ))}
                  <div className={css.end}>
                    <Button
                      type="submit"
                      loading={save.pending}
                      disabled={!asked.some((name) => told[name]?.trim())}
                    >
                      <Trans>Keep the numbers</Trans>
                    </Button>
                  </div>
                </form>
              ) : known.length ? null : (
                <p className={css.how}>
                  <Trans>None is known. An owner of your organisation can give them here.</Trans>
                </p>
              )}
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}
