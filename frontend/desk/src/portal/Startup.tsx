import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Textarea } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Confirm } from "../desk/Confirm";
import { Empty } from "../desk/Empty";
import { useDeskForm } from "../desk/form";
import { Growth } from "../desk/Growth";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Facts, Figure, Figures, Page, Panel } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { OwnChecklists } from "./checklists";

type Startup = Schema["StartupView"];

const forget = () => queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/startup"] });

/** The journey of a start-up: applying, credits, milestones, growth, graduation. */
export function StartupProgramme() {
  const startup = api.useQuery("get", "/api/portal/startup");
  return (
    <Page
      title={<Trans>Start-up programme</Trans>}
      about={
        <Trans>
          Credits, mentoring milestones, technical integration and growth: one account, from your first server
          on.
        </Trans>
      }
    >
      <Loaded query={startup} height={220}>
        {(data) => <Journey startup={data} />}
      </Loaded>
    </Page>
  );
}

function Journey({ startup }: { startup: Startup }) {
  const { t } = useLingui();
  const done = startup.graduations.find((one) => one.state === "done");
  if (startup.since || done)
    return (
      <>
        <Standing startup={startup} />
        <Graduation startup={startup} />
        {startup.since ? <Lists /> : null}
        <Curve />
      </>
    );
  if (startup.application_id)
    return (
      <Notice title={t`Your application is being read`}>
        <Trans>You get a letter with the answer and its reason. Nothing else is needed now.</Trans>
      </Notice>
    );
  if (!startup.may_apply)
    return (
      <Panel>
        <Empty title={<Trans>This programme is for start-ups</Trans>}>
          <Trans>Your organisation is not known as one: write to us if it is.</Trans>
        </Empty>
      </Panel>
    );
  return (
    <>
      {startup.refused_reason ? (
        <Notice tone="warn" title={t`Your last application was not accepted`}>
          {t`Reason: ${startup.refused_reason}`}
        </Notice>
      ) : null}
      <Apply />
    </>
  );
}

function Apply() {
  const { t } = useLingui();
  const { can } = useSession();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    draft: "startup",
    initialValues: { project: "", technology: "", team: "" },
    validate: {
      project: (value) => (value.trim() ? null : t`What you build, for whom`),
      technology: (value) => (value.trim() ? null : t`What it is built with`),
      team: (value) => (value.trim() ? null : t`Who builds it`),
    },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/portal/startup/applications", {
        headers: { "idempotency-key": key },
        body: values,
      });
      if (error) throw error;
      await forget();
    },
  });
  if (!can("portal:programme:write"))
    return (
      <Panel>
        <Empty title={<Trans>Not applied yet</Trans>}>
          <Trans>The owner of your organisation applies here.</Trans>
        </Empty>
      </Panel>
    );
  return (
    <Panel title={<Trans>Apply</Trans>}>
      <p style={{ marginTop: 0 }}>
        <Trans>
          Members are given credits for infrastructure, mentoring milestones and a technical integration
          checklist. Tell us what you build; we answer with reasons.
        </Trans>
      </p>
      <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14, maxWidth: 640 }}>
        <ProblemAlert error={error} rest={rest} />
        <Textarea
          label={t`Project`}
          description={t`What you build, for whom, and how far you are.`}
          required
          autosize
          minRows={3}
          maxLength={2000}
          {...form.getInputProps("project")}
        />
        <Textarea
          label={t`Technology`}
          description={t`What it is built with, and what you want to integrate.`}
          required
          autosize
          minRows={2}
          maxLength={2000}
          {...form.getInputProps("technology")}
        />
        <Textarea
          label={t`Team`}
          description={t`Who builds it.`}
          required
          autosize
          minRows={2}
          maxLength={2000}
          {...form.getInputProps("team")}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={pending}>
            <Trans>Send the application</Trans>
          </Button>
        </Group>
      </form>
    </Panel>
  );
}

function Standing({ startup }: { startup: Startup }) {
  const { t } = useLingui();
  const f = useFormat();
  const { can } = useSession();
  const growth = api.useQuery("get", "/api/portal/startup/growth");
  const last = growth.data?.months.at(-1);
  const { welcome } = startup;
  return (
    <Figures>
      <Figure
        label={<Trans>Credit left</Trans>}
        value={welcome ? <Amount value={welcome.left} /> : "–"}
        note={
          welcome ? (
            <>
              {t`of ${f.money(welcome.amount)}, until ${f.date(`${welcome.expires_on}T12:00:00Z`)}`}
              {can("portal:charge:read") ? (
                <>
                  {" · "}
                  <Link to="/portal/credits">{t`How it is used`}</Link>
                </>
              ) : null}
            </>
          ) : (
            <Trans>It is given within minutes.</Trans>
          )
        }
      />
      <Figure
        label={<Trans>Servers</Trans>}
        value={f.number(last?.servers ?? 0)}
        note={last ? t`On the fullest day ${f.ofMonth(last.month.slice(0, 7))}` : t`None used yet`}
      />
      <Figure
        label={<Trans>Start-up programme</Trans>}
        value={startup.since ? <Trans>Member</Trans> : <Trans>Graduated</Trans>}
        note={startup.since ? <Moment at={startup.since} day /> : null}
      />
    </Figures>
  );
}

function Lists() {
  const lists = api.useQuery("get", "/api/portal/checklists");
  return (
    <Loaded query={lists} height={300}>
      {(standings) => (
        <OwnChecklists standings={standings.filter((one) => one.programme === "technology_partner")} />
      )}
    </Loaded>
  );
}

function Curve() {
  const growth = api.useQuery("get", "/api/portal/startup/growth");
  return (
    <Panel title={<Trans>Growth</Trans>}>
      <Loaded query={growth} height={260}>
        {(data) => <Growth growth={data} />}
      </Loaded>
    </Panel>
  );
}

function Graduation({ startup }: { startup: Startup }) {
  const { t } = useLingui();
  const { can } = useSession();
  const [asking, setAsking] = useState(false);
  const [taking, setTaking] = useState<Schema["GraduationView"]>();
  const last = startup.graduations[0];
  const waits = last?.state === "asked" || last?.state === "accepted";
  const mayAsk = can("portal:programme:write") && startup.since !== null && !waits;
  return (
    <Panel title={<Trans>Graduation to software editor</Trans>}>
      {last ? <Answer one={last} /> : null}
      {startup.since && !waits ? (
        <p style={{ marginTop: 0 }}>
          <Trans>
            As an editor you sell in the store and use infrastructure at the editors’ rate. Your account, its
            history and what is left of your credits stay.
          </Trans>
        </p>
      ) : null}
      {mayAsk ? (
        <Button onClick={() => setAsking(true)}>
          <Trans>Ask to graduate</Trans>
        </Button>
      ) : null}
      {last?.state === "asked" && can("portal:programme:write") ? (
        <Button variant="default" onClick={() => setTaking(last)}>
          <Trans>Take the request back</Trans>
        </Button>
      ) : null}
      <Dialog
        opened={asking}
        onClose={() => setAsking(false)}
        title={<Trans>Ask to graduate</Trans>}
        closeOnClickOutside={false}
      >
        <Ask onDone={() => setAsking(false)} />
      </Dialog>
      <Confirm
        about={taking}
        title={t`Take the request back?`}
        action={t`Take the request back`}
        onClose={() => setTaking(undefined)}
        run={async (one) => {
          const { error } = await http.POST("/api/portal/startup/graduations/{graduation_id}/withdraw", {
            params: { path: { graduation_id: one.id } },
          });
          if (error) throw error;
          await forget();
        }}
      >
        <Trans>You stay in the start-up programme, and may ask again.</Trans>
      </Confirm>
    </Panel>
  );
}

function Answer({ one }: { one: Schema["GraduationView"] }) {
  const { t } = useLingui();
  const said: Record<typeof one.state, string> = {
    asked: t`Being read`,
    accepted: t`Accepted`,
    refused: t`Not accepted yet`,
    withdrawn: t`Taken back`,
    done: t`Graduated`,
    cancelled: t`Did not take place`,
  };
  return (
    <div style={{ marginBottom: 14 }}>
      <Facts
        items={[
          [t`State`, <b key="s">{said[one.state]}</b>],
          [t`Asked`, <Moment key="a" at={one.asked_at} day />],
          [t`Why`, one.words],
          ...(one.reason ? [[t`Answer`, one.reason] as [string, string]] : []),
          ...(one.effective_at
            ? [[t`Editor from`, <Moment key="e" at={one.effective_at} day />] as [string, ReactNode]]
            : []),
        ]}
      />
    </div>
  );
}

function Ask({ onDone }: { onDone: () => void }) {
  const { t } = useLingui();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    draft: "graduation",
    initialValues: { words: "" },
    validate: { words: (value) => (value.trim() ? null : t`Why it is time`) },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/portal/startup/graduations", {
        headers: { "idempotency-key": key },
        body: values,
      });
      if (error) throw error;
      await forget();
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <Textarea
        label={t`Why it is time`}
        description={t`Customers, turnover, what you will sell in the store.`}
        required
        autosize
        minRows={3}
        maxLength={2000}
        data-autofocus
        {...form.getInputProps("words")}
      />
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          <Trans>Send the request</Trans>
        </Button>
      </Group>
    </form>
  );
}
