import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { Empty } from "../desk/Empty";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { Pill } from "../ui/Pill";
import { NewRequirements } from "./NewRequirements";
import css from "./office.module.css";
import { useProgrammeWords } from "./programmeWords";
import { useProgramme } from "./useProgramme";
import { Announced } from "./WithdrawRule";

/** Until when nobody has announced anything: as installed. */
export const EARLIEST = "2000";

/** What the levels ask for: to come, in force, and past. */
export function Requirements({ code }: { code: string }) {
  const { can } = useSession();
  const [adding, setAdding] = useState(false);
  const { one } = useProgramme(code);
  const query = api.useQuery("get", "/api/office/programmes/{programme}/requirements", {
    params: { path: { programme: code } },
  });
  const above = one?.programme.levels.slice(1) ?? [];
  const may = can("office:benefit:write") && above.length > 0;
  return (
    <Loaded query={query} height={320}>
      {({ measures, sets }) => (
        <>
          {adding && one ? (
            <NewRequirements
              programme={one.programme}
              measures={measures}
              before={sets.find((set) => set.is_in_force)}
              onDone={() => setAdding(false)}
            />
          ) : null}
          {sets.length === 0 ? (
            <Panel>
              <Empty title={<Trans>Nothing is measured here</Trans>}>
                <Trans>The levels of this programme are given by the office alone.</Trans>
              </Empty>
            </Panel>
          ) : (
            sets.map((set, index) => (
              <Asked
                key={set.id}
                set={set}
                measures={measures}
                programme={one?.programme}
                until={sets.slice(0, index).findLast((each) => !each.withdrawn)?.valid_from}
              />
            ))
          )}
          {may && !adding ? (
            <div className={css.formEnd}>
              <Button onClick={() => setAdding(true)}>
                <Trans>Announce other requirements</Trans>
              </Button>
            </div>
          ) : null}
        </>
      )}
    </Loaded>
  );
}

/** When something announced begins, and whether it holds now. */
export function Standing({
  from,
  until,
  inForce,
  withdrawn,
}: {
  from: string;
  until?: string | undefined;
  inForce: boolean;
  withdrawn?: Schema["Withdrawn"] | null;
}) {
  const { t } = useLingui();
  if (withdrawn)
    return (
      <Pill tone="warn">
        <Trans>
          Withdrawn on <Moment at={withdrawn.at} day />
        </Trans>
      </Pill>
    );
  if (inForce) return <Pill tone="good">{t`In force`}</Pill>;
  if (from > new Date().toISOString())
    return (
      <Pill tone="accent">
        <Trans>
          To come, from <Moment at={from} day />
        </Trans>
      </Pill>
    );
  return (
    <Pill>
      {until ? (
        <Trans>
          Past, until <Moment at={until} day />
        </Trans>
      ) : (
        t`Past`
      )}
    </Pill>
  );
}

function Asked({
  set,
  measures,
  programme,
  until,
}: {
  set: Schema["RequirementSetView"];
  measures: Schema["MeasureName"][];
  programme: Schema["ProgrammeView"] | undefined;
  until: string | undefined;
}) {
  const { t } = useLingui();
  const words = useProgrammeWords();
  // The set that comes with the installation has no name that people gave.
  const name = set.name === "Levels" ? t`As installed` : set.name;
  const levels = [...new Set(set.requirements.map(({ level }) => level))];
  const asked = measures.filter(({ code }) => set.requirements.some(({ measure }) => measure === code));
  const least = (level: string, measure: string) =>
    set.requirements.find((each) => each.level === level && each.measure === measure)?.at_least;
  return (
    <Panel
      title={name}
      aside={
        <Announced rule={set} kind="requirement_set" name={name}>
          <Standing from={set.valid_from} until={until} inForce={set.is_in_force} withdrawn={set.withdrawn} />
        </Announced>
      }
      flush
    >
      <section className={css.scroll} tabIndex={0} aria-label={name}>
        <table className={`${css.simple} tnum`}>
          <thead>
            <tr>
              <th scope="col">{t`Measured over twelve months`}</th>
              {levels.map((level) => (
                <th key={level} scope="col" className={css.numeric}>
                  {words.level(programme, level)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {asked.map((measure) => (
              <tr key={measure.code}>
                <th scope="row">{words.named(measure)}</th>
                {levels.map((level) => (
                  <td key={level} className={css.numeric}>
                    {words.figure(least(level, measure.code) ?? null, measure.unit)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {set.note ? <p className={css.inTable}>{set.note}</p> : null}
      {set.withdrawn ? <p className={css.inTable}>{set.withdrawn.reason}</p> : null}
    </Panel>
  );
}
