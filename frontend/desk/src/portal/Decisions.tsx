import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { api, type Schema } from "../api/client";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Facts, Panel } from "../desk/Page";
import { Pill } from "../ui/Pill";
import css from "./File.module.css";
import { daysUntil, useFileWords } from "./file";

type Decision = Schema["DecisionView"];

/** Every decision against the organisation, with its statement of reasons and how to contest it. */
export function Decisions() {
  const decisions = api.useQuery("get", "/api/portal/decisions");
  return (
    <Panel title={<Trans>Decisions and their reasons</Trans>}>
      <Loaded query={decisions}>
        {({ items }) =>
          items.length === 0 ? (
            <p className={css.how}>
              <Trans>
                Nothing was refused and nothing is restricted. Every decision stands here with its reason.
              </Trans>
            </p>
          ) : (
            items.map((one) => <One key={one.id} one={one} />)
          )
        }
      </Loaded>
    </Panel>
  );
}

function One({ one }: { one: Decision }) {
  const { t } = useLingui();
  const words = useFileWords();
  const file = api.useQuery("get", "/api/portal/file");
  const named = file.data?.items.find(({ name }) => name === one.what);
  return (
    <article className={css.decision}>
      <h3>
        {words.decision(one.kind)} <State one={one} />
      </h3>
      <Facts
        items={[
          [t`What`, named ? words.own(named.words) : one.what],
          [t`Reason`, words.reason(one.why)],
          [t`Rule`, words.rule(one.rule)],
          [t`Concerns`, words.scope(one.scope)],
          [t`Told`, <Moment key="d" at={one.decided_at} />],
          [
            t`Takes effect`,
            <span key="s">
              <Moment at={one.starts_at} />
              {one.notice_days > 0 ? (
                <>
                  {" · "}
                  <Plural value={one.notice_days} one="a notice of # day" other="a notice of # days" />
                </>
              ) : null}
            </span>,
          ],
          ...(one.lifted_at
            ? [[t`Lifted`, <Moment key="l" at={one.lifted_at} />] as [string, React.ReactNode]]
            : []),
          [t`How to contest it`, one.contest],
        ]}
      />
    </article>
  );
}

const LASTING = ["restriction", "termination"];

function State({ one }: { one: Decision }) {
  if (one.lifted_at)
    return (
      <Pill tone="good">
        <Trans>Lifted</Trans>
      </Pill>
    );
  if (Date.parse(one.starts_at) > Date.now())
    return (
      <Pill tone="warn">
        <Plural value={daysUntil(one.starts_at)} one="In # day" other="In # days" />
      </Pill>
    );
  return LASTING.includes(one.kind) ? (
    <Pill tone="bad">
      <Trans>In force</Trans>
    </Pill>
  ) : null;
}
