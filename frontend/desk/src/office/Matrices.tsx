import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useState } from "react";
import type { Schema } from "../api/client";
import { Figure, Figures, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";
import { MatrixEditor } from "./MatrixEditor";
import css from "./office.module.css";
import { useProgrammeWords } from "./programmeWords";
import { Standing } from "./Requirements";
import { useProgramme } from "./useProgramme";
import { Announced } from "./WithdrawRule";

export const RESELLER = "reseller_integrator";
export const ENVIRONMENTS = ["start", "enterprise", "critical"] as const;

/** The discount matrices: to come, in force and past; another one is tried, then announced. */
export function Matrices({ benefits }: { benefits: Schema["BenefitsView"] }) {
  const words = useProgrammeWords();
  const { can } = useSession();
  const [adding, setAdding] = useState(false);
  const { one } = useProgramme(RESELLER);
  const { matrices, settings } = benefits;
  const bounds = settings.filter(({ name }) =>
    ["discount_cap_bp", "wholesaler_points_bp", "isv_rate_bp"].includes(name),
  );
  const inForce = matrices.find((matrix) => matrix.is_in_force);
  return (
    <>
      <Figures>
        {bounds.map((each) => (
          <Figure
            key={each.name}
            label={words.setting(each.name)}
            value={words.settingValue(each.name, each.value)}
            note={
              each.name === "discount_cap_bp" ? (
                <Trans>Points included, nobody has more</Trans>
              ) : each.name === "wholesaler_points_bp" ? (
                <Trans>On top of what its reseller has</Trans>
              ) : (
                <Trans>Or the matrix, whichever is better</Trans>
              )
            }
          />
        ))}
      </Figures>
      {adding && one && inForce ? (
        <MatrixEditor
          programme={one.programme}
          before={inForce}
          cap={bounds.find(({ name }) => name === "discount_cap_bp")?.value ?? 10_000}
          onDone={() => setAdding(false)}
        />
      ) : (
        <div className={css.formEnd} style={{ marginBottom: 14 }}>
          <Button onClick={() => setAdding(true)}>
            {can("office:benefit:write") ? (
              <Trans>Try or announce a matrix</Trans>
            ) : (
              <Trans>Try a matrix</Trans>
            )}
          </Button>
        </div>
      )}
      {matrices.map((matrix, index) => (
        <Matrix
          key={matrix.id}
          matrix={matrix}
          until={matrices.slice(0, index).findLast((each) => !each.withdrawn)?.valid_from}
          programme={one?.programme}
        />
      ))}
    </>
  );
}

function Matrix({
  matrix,
  until,
  programme,
}: {
  matrix: Schema["MatrixView"];
  until: string | undefined;
  programme: Schema["ProgrammeView"] | undefined;
}) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useProgrammeWords();
  const levels = programme?.levels.map(({ code }) => code) ?? [];
  const rate = (level: string, environment: string) =>
    matrix.rates.find((each) => each.level === level && each.environment === environment)?.rate_bp ?? 0;
  const name = matrix.name === "Level x environment" ? t`Level × environment` : matrix.name;
  return (
    <Panel
      title={name}
      aside={
        <Announced rule={matrix} kind="matrix" name={name}>
          <Standing
            from={matrix.valid_from}
            until={until}
            inForce={matrix.is_in_force}
            withdrawn={matrix.withdrawn}
          />
        </Announced>
      }
      flush
    >
      <section className={css.scroll} tabIndex={0} aria-label={name}>
        <table className={`${css.simple} tnum`}>
          <thead>
            <tr>
              <th scope="col">{t`Level`}</th>
              {ENVIRONMENTS.map((environment) => (
                <th key={environment} scope="col" className={css.numeric}>
                  {words.environment(environment)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {levels.map((level) => (
              <tr key={level}>
                <th scope="row">{words.level(programme, level)}</th>
                {ENVIRONMENTS.map((environment) => (
                  <td key={environment} className={css.numeric}>
                    {f.rate(rate(level, environment))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {matrix.note ? <p className={css.inTable}>{matrix.note}</p> : null}
      {matrix.withdrawn ? <p className={css.inTable}>{matrix.withdrawn.reason}</p> : null}
    </Panel>
  );
}
