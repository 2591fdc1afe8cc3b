import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, http, type Schema } from "../api/client";
import { Confirm } from "../desk/Confirm";
import { useDeskForm } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { NumberInput } from "../desk/NumberField";
import { Facts, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { Pill } from "../ui/Pill";
import { type Decision, forgetFile, useFileWords } from "./fileWords";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";

const LASTING = ["restriction", "termination"];

/** Every decision against a partner with its reasons; a new restriction, and lifting one. */
export function Restrictions({ organisationId }: { organisationId: string }) {
  const { can } = useSession();
  const [adding, setAdding] = useState(false);
  const [lifting, setLifting] = useState<Decision>();
  const query = api.useQuery("get", "/api/office/organisations/{organisation_id}/decisions", {
    params: { path: { organisation_id: organisationId } },
  });
  const mayDecide = can("office:file:review");
  return (
    <Panel
      title={<Trans>Decisions against it</Trans>}
      aside={
        mayDecide ? (
          <Button size="sm" variant="default" onClick={() => setAdding(true)}>
            <Trans>Restrict it</Trans>
          </Button>
        ) : undefined
      }
    >
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p className={css.note}>
              <Trans>Nothing was refused and nothing is restricted.</Trans>
            </p>
          ) : (
            items.map((one) => (
              <One key={one.id} one={one} onLift={mayDecide ? () => setLifting(one) : undefined} />
            ))
          )
        }
      </Loaded>
      <Dialog opened={adding} onClose={() => setAdding(false)} title={<Trans>Restrict it</Trans>} size="lg">
        <NewRestriction organisationId={organisationId} onDone={() => setAdding(false)} />
      </Dialog>
      <Lift one={lifting} onClose={() => setLifting(undefined)} />
    </Panel>
  );
}

function One({ one, onLift }: { one: Decision; onLift: (() => void) | undefined }) {
  const { t } = useLingui();
  const words = useFileWords();
  const lasts = LASTING.includes(one.kind) && !one.lifted_at;
  return (
    <article style={{ marginBottom: 18 }}>
      <h3 style={{ display: "flex", flexWrap: "wrap", gap: 8, margin: "0 0 8px", fontSize: "1rem" }}>
        {words.kind(one.kind)}
        {one.lifted_at ? (
          <Pill tone="good">{t`Lifted`}</Pill>
        ) : lasts && Date.parse(one.starts_at) > Date.now() ? (
          <Pill tone="warn">{t`To come`}</Pill>
        ) : lasts ? (
          <Pill tone="bad">{t`In force`}</Pill>
        ) : null}
      </h3>
      <Facts
        items={[
          [t`Concerns`, words.scope(one.scope)],
          [t`What`, words.item(one.what)],
          [t`Reason`, words.reason(one.why)],
          [t`Rule`, one.rule],
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
        ]}
      />
      {lasts && onLift ? (
        <div className={css.formEnd} style={{ marginTop: 10 }}>
          <Button size="sm" variant="default" onClick={onLift}>
            <Trans>Lift it</Trans>
          </Button>
        </div>
      ) : null}
    </article>
  );
}

type Asked = Schema["RestrictionIn"];

function NewRestriction({ organisationId, onDone }: { organisationId: string; onDone: () => void }) {
  const { t } = useLingui();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    draft: `restriction-${organisationId}`,
    initialValues: {
      scope: "listing",
      what: "",
      why: "",
      rule: t`Agreement, 5: restriction and end`,
      notice_days: 0 as number | string,
    },
    validate: {
      what: (value) => (value.trim() ? null : t`Say what it concerns`),
      why: (value) => (value.trim() ? null : t`Say why`),
      rule: (value) => (value.trim() ? null : t`Say which rule applies`),
      notice_days: (value, { scope }) =>
        scope === "end" && Number(value) < 30 ? t`The agreement ends after 30 days at the earliest` : null,
    },
    submit: async ({ scope, what, why, rule, notice_days }, key) => {
      const ends = scope === "end";
      const { error } = await http.POST("/api/office/organisations/{organisation_id}/restrictions", {
        params: { path: { organisation_id: organisationId } },
        headers: { "idempotency-key": key },
        body: {
          kind: ends ? "termination" : "restriction",
          scope: (ends ? "account" : scope) as Asked["scope"],
          what: what.trim(),
          why: why.trim(),
          rule: rule.trim(),
          notice_days: Number(notice_days),
        },
      });
      if (error) throw error;
      await forgetFile();
      onDone();
    },
  });
  return (
    <form className={css.form} onSubmit={onSubmit} noValidate>
      <ProblemAlert error={error} rest={rest} />
      <p className={css.note}>
        <Trans>The partner reads all of this, in its portal and in a letter, and how to contest it.</Trans>
      </p>
      <NativeSelect
        label={t`What is closed to it`}
        data={[
          { value: "listing", label: t`Selling: its listings leave the store` },
          { value: "payout", label: t`Payouts: its money waits` },
          { value: "account", label: t`Both` },
          { value: "end", label: t`Everything: the agreement ends` },
        ]}
        {...form.getInputProps("scope")}
      />
      <TextInput label={t`What it concerns`} required maxLength={500} {...form.getInputProps("what")} />
      <Textarea
        label={t`Why`}
        required
        autosize
        minRows={3}
        maxLength={2000}
        {...form.getInputProps("why")}
      />
      <TextInput label={t`By which rule`} required maxLength={500} {...form.getInputProps("rule")} />
      <NumberInput
        label={t`Notice, in whole days`}
        description={t`0: at once. It takes effect when the last of these days is over.`}
        min={0}
        max={365}
        {...form.getInputProps("notice_days")}
      />
      <div className={css.formEnd}>
        <Button type="submit" color="danger" loading={pending}>
          <Trans>Restrict and tell the partner</Trans>
        </Button>
      </div>
    </form>
  );
}

function Lift({ one, onClose }: { one: Decision | undefined; onClose: () => void }) {
  const { t } = useLingui();
  const [why, setWhy] = useState("");
  const lift = async (decision: Decision) => {
    const { error } = await http.POST("/api/office/restrictions/{decision_id}/lift", {
      params: { path: { decision_id: decision.id } },
      body: { why: why.trim() || t`The reason has gone.` },
    });
    await forgetFile();
    if (error) throw error;
    setWhy("");
  };
  return (
    <Confirm
      about={one}
      title={t`Lift this restriction?`}
      action={<Trans>Lift it</Trans>}
      run={lift}
      onClose={onClose}
    >
      <Textarea
        label={t`Why`}
        description={t`The partner reads it in a letter.`}
        autosize
        minRows={2}
        maxLength={2000}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
    </Confirm>
  );
}
