import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http } from "../api/client";
import { Confirm } from "../desk/Confirm";
import { Empty } from "../desk/Empty";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Figure, Figures, Page } from "../desk/Page";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";
import { daysUntil, nextQuarter } from "./levelAxis";
import css from "./Programme.module.css";
import { Gives } from "./ProgrammeGives";
import { History } from "./ProgrammeHistory";
import { Evaluations, Missing } from "./ProgrammeProgress";
import { reread } from "./Programmes";
import { type Standing, useProgrammeWords } from "./programmeWords";

const route = getRouteApi("/portal/programmes/$programme");

/** One programme: the level held, what is missing for the next, what each gives, how it came so. */
export function Programme() {
  const { programme } = route.useParams();
  const standings = api.useQuery("get", "/api/portal/programmes");
  return (
    <Loaded query={standings} height={640}>
      {(items) => {
        const found = items.find((each) => each.programme.code === programme);
        return found ? <Inside standing={found} /> : <Unknown />;
      }}
    </Loaded>
  );
}

function Unknown() {
  return (
    <Page title={<Trans>Programme</Trans>}>
      <Empty
        title={<Trans>There is no such programme</Trans>}
        action={
          <Link className={css.open} to="/portal/programmes">
            <Trans>See all programmes</Trans>
          </Link>
        }
      >
        <Trans>The address may have been mistyped.</Trans>
      </Empty>
    </Page>
  );
}

function Inside({ standing }: { standing: Standing }) {
  const words = useProgrammeWords();
  const { can } = useSession();
  const [leaving, setLeaving] = useState<Standing>();
  const { programme, level } = standing;
  const climbs = programme.levels.length > 1;
  return (
    <Page
      title={words.name(programme)}
      about={words.summary(programme)}
      actions={
        level && can("portal:programme:write") ? (
          <Button size="sm" variant="default" onClick={() => setLeaving(standing)}>
            <Trans>Leave the programme</Trans>
          </Button>
        ) : undefined
      }
    >
      <Announced standing={standing} />
      {level ? (
        <Held standing={standing} />
      ) : (
        <Notice title={<Trans>Your organisation is not in this programme</Trans>}>
          <Link className={css.open} to="/portal/programmes">
            <Trans>See where you can apply</Trans>
          </Link>
        </Notice>
      )}
      {climbs && level ? <Missing programme={programme} level={level} /> : null}
      <Gives programme={programme} />
      <History standing={standing} />
      {climbs ? <Evaluations programme={programme} /> : null}
      <Leave standing={leaving} onClose={() => setLeaving(undefined)} />
    </Page>
  );
}

/** What will happen to the level by itself, and when. */
function Announced({ standing }: { standing: Standing }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useProgrammeWords();
  const { programme, demotion, override_until, level } = standing;
  const now = Date.now();
  if (demotion) {
    const name = words.level(programme, demotion.to_level);
    const [day, told] = [f.date(demotion.effective_at), f.date(demotion.announced_at)];
    const left = daysUntil(demotion.effective_at, now);
    return (
      <Notice
        tone="warn"
        title={t`On ${day}, in ${plural(left, { one: "# day", other: "# days" })}, your level becomes ${name}`}
      >
        {demotion.reason}{" "}
        {t`Announced on ${told}. Until that day you keep your level and its prices; if every condition is met again before, the change is called off.`}{" "}
        <Trans>To contest it, answer our letter: another person looks at it again.</Trans>
      </Notice>
    );
  }
  if (override_until && level) {
    const name = words.level(programme, level);
    const [day, left] = [f.date(override_until), daysUntil(override_until, now)];
    return (
      <Notice
        title={t`You hold ${name} by exception until ${day}, for ${plural(left, { one: "# more day", other: "# more days" })}`}
      >
        <Trans>Then the level counts that the last evaluation found.</Trans>
      </Notice>
    );
  }
  return null;
}

function Held({ standing }: { standing: Standing }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useProgrammeWords();
  const { programme, level, since } = standing;
  if (!level || !since) return null;
  const rank = programme.levels.find((each) => each.code === level)?.rank ?? 0;
  const next = programme.levels.find((each) => each.rank === rank + 1);
  const all = f.number(programme.levels.length);
  const place = f.number(rank);
  return (
    <Figures>
      <Figure
        label={<Trans>Your level</Trans>}
        value={words.level(programme, level)}
        note={programme.levels.length > 1 ? t`Level ${place} of ${all}` : undefined}
      />
      <Figure label={<Trans>Held since</Trans>} value={<Moment at={since} day />} />
      {programme.levels.length > 1 ? (
        <>
          <Figure
            label={<Trans>Next level</Trans>}
            value={next ? words.name(next) : <Trans>None above</Trans>}
            note={
              next ? (
                <Trans>The night after all is met, you rise</Trans>
              ) : (
                <Trans>You hold the highest level</Trans>
              )
            }
          />
          <Figure
            label={<Trans>Next evaluation of all</Trans>}
            value={f.date(nextQuarter(new Date()))}
            note={<Trans>Once a quarter; a fall waits for notice and grace</Trans>}
          />
        </>
      ) : null}
    </Figures>
  );
}

function Leave({ standing, onClose }: { standing: Standing | undefined; onClose: () => void }) {
  const { t } = useLingui();
  const [reason, setReason] = useState("");
  return (
    <Confirm
      about={standing}
      danger
      title={<Trans>Leave the programme</Trans>}
      action={<Trans>Leave it</Trans>}
      onClose={onClose}
      run={async ({ programme }) => {
        const { error } = await http.POST("/api/portal/programmes/{programme}/leave", {
          params: { path: { programme: programme.code } },
          body: { reason: reason.trim() || "–" },
        });
        if (error) throw error;
        setReason("");
        await reread();
      }}
    >
      <p>
        <Trans>
          Your level ends at once, and so do its discounts and benefits. What was priced before stays. To come
          back you apply again, from the first level.
        </Trans>
      </p>
      <Textarea
        label={t`Why you leave`}
        value={reason}
        maxLength={1000}
        onChange={(event) => setReason(event.currentTarget.value.replace(/\s+/g, " "))}
      />
    </Confirm>
  );
}
