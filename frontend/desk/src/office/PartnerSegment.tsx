import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Facts, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { Pill } from "../ui/Pill";
import { CheckSegment, type Declared } from "./CheckSegment";
import css from "./office.module.css";
import { useWords } from "./words";

/** The segment that it declared, whether somebody confirmed it, and every check. */
export function PartnerSegment({ id, name }: { id: string; name: string }) {
  const { t } = useLingui();
  const { can } = useSession();
  const words = useWords();
  const [checking, setChecking] = useState<Declared>();
  const query = api.useQuery("get", "/api/office/organisations/{organisation_id}/segment", {
    params: { path: { organisation_id: id } },
  });
  const found = query.data;
  return (
    <Panel
      title={<Trans>Segment</Trans>}
      aside={
        found && can("office:organisation:write") ? (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setChecking({ id, name, segment: found.segment })}
          >
            {found.confirmed_at ? <Trans>Correct it</Trans> : <Trans>Check it</Trans>}
            <span className="sr"> {t`segment`}</span>
          </Button>
        ) : null
      }
    >
      <Loaded query={query}>
        {(seen) => (
          <>
            <Facts
              items={[
                [t`Segment`, words.segment(seen.segment)],
                [
                  t`Confirmed`,
                  seen.confirmed_at ? (
                    <Moment key="c" at={seen.confirmed_at} day />
                  ) : (
                    <Pill key="c" tone="warn">{t`Not yet: it says so itself`}</Pill>
                  ),
                ],
              ]}
            />
            {seen.checks.length ? <Checks checks={seen.checks} /> : null}
          </>
        )}
      </Loaded>
      <CheckSegment one={checking} onClose={() => setChecking(undefined)} />
    </Panel>
  );
}

function Checks({ checks }: { checks: Schema["SegmentChecked"][] }) {
  const { t } = useLingui();
  const words = useWords();
  return (
    <section className={css.scroll} tabIndex={0} aria-label={t`Checks of its segment`}>
      <table className={`${css.simple} ${css.cards}`}>
        <thead>
          <tr>
            <th scope="col">{t`On`}</th>
            <th scope="col">{t`Found`}</th>
            <th scope="col">{t`Reason`}</th>
            <th scope="col">{t`By`}</th>
          </tr>
        </thead>
        <tbody>
          {checks.map((one) => (
            <tr key={one.checked_at}>
              <th scope="row">
                <Moment at={one.checked_at} day />
              </th>
              <td>
                {one.segment === one.declared
                  ? words.segment(one.segment)
                  : t`${words.segment(one.segment)}, not ${words.segment(one.declared)}`}
              </td>
              <td>{one.reason}</td>
              <td>{one.by}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
