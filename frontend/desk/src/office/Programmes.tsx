import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Schema } from "../api/client";
import { Loaded } from "../desk/Loaded";
import { Page, Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import css from "./office.module.css";
import own from "./programmes.module.css";
import { useProgrammeWords } from "./programmeWords";
import { useProgrammes } from "./useProgramme";

/** Every programme, with how many hold each of its levels. */
export function Programmes() {
  const query = useProgrammes();
  return (
    <Page
      title={<Trans>Programmes</Trans>}
      about={
        <Trans>Who holds which level now. Levels follow from facts; what they give begins on dates.</Trans>
      }
      actions={
        <Button component={Link} to="/office/programmes/applications" variant="default">
          <Trans>Applications</Trans>
        </Button>
      }
    >
      <Loaded query={query} height={420}>
        {(programmes) => programmes.map((one) => <One key={one.programme.code} counted={one} />)}
      </Loaded>
    </Page>
  );
}

function One({ counted }: { counted: Schema["CountedView"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useProgrammeWords();
  const { programme, levels, applications } = counted;
  const members = levels.reduce((sum, level) => sum + level.members, 0);
  return (
    <Panel
      title={
        <Link className={css.link} to="/office/programmes/$programme" params={{ programme: programme.code }}>
          {words.named(programme)}
        </Link>
      }
      aside={
        applications ? (
          <Link to="/office/programmes/applications" search={{ programme: programme.code, state: "open" }}>
            <Pill tone="warn">
              {plural(applications, { one: "# application waits", other: "# applications wait" })}
            </Pill>
          </Link>
        ) : null
      }
    >
      <p className={css.note}>{words.summary(programme)}</p>
      <ul className={own.levels} aria-label={t`Levels`}>
        {levels.map((level) => (
          <li key={level.level}>
            <Link
              to="/office/programmes/$programme"
              params={{ programme: programme.code }}
              search={{ level: level.level }}
            >
              {words.level(programme, level.level)}
            </Link>
            <b className="tnum">{f.number(level.members)}</b>
            <span className={`${css.bar} ${own.bar}`} aria-hidden>
              <i
                style={{
                  width: `${members ? (100 * level.members) / members : 0}%`,
                  ["--fill" as string]: "var(--accent)",
                }}
              />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
