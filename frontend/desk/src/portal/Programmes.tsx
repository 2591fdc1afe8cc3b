import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Textarea } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Confirm } from "../desk/Confirm";
import { DataTable } from "../desk/DataTable";
import { useDeskForm } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Page, Panel } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { here } from "../desk/rows";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import css from "./Programme.module.css";
import { ApplicationPill, type Programme, type Standing, useProgrammeWords } from "./programmeWords";
import { useWords } from "./words";

type Application = Schema["ApplicationView"];

export const reread = () =>
  queryClient.invalidateQueries({
    predicate: ({ queryKey }) => String(queryKey[1]).startsWith("/api/portal/programmes"),
  });

/** Every programme and one's place in it; applying, and what became of it. */
export function Programmes() {
  const standings = api.useQuery("get", "/api/portal/programmes");
  const applications = api.useQuery("get", "/api/portal/programmes/applications");
  const [applying, setApplying] = useState<Programme>();
  const [applied, setApplied] = useState<Programme>();
  const [withdrawing, setWithdrawing] = useState<Application>();
  const words = useProgrammeWords();
  const { t } = useLingui();
  const programmes = standings.data?.map((each) => each.programme) ?? [];
  const appliedName = applied ? words.name(applied) : "";
  return (
    <Page
      title={<Trans>Programmes</Trans>}
      about={<Trans>What we offer partners, level by level, and what each level asks for.</Trans>}
    >
      {applied ? (
        <Notice tone="good" title={t`Your application is with us: ${appliedName}`}>
          <Trans>We answer with our reasons, by letter and on this page.</Trans>
        </Notice>
      ) : null}
      <Loaded query={standings} height={480}>
        {(items) => (
          <div className={css.cards}>
            {items.map((each) => (
              <Card
                key={each.programme.code}
                standing={each}
                refused={lastRefusal(each, applications.data)}
                onApply={setApplying}
                onWithdraw={setWithdrawing}
              />
            ))}
          </div>
        )}
      </Loaded>
      {applications.data?.length ? (
        <Applications applications={applications.data} programmes={programmes} />
      ) : null}
      <Dialog
        opened={applying !== undefined}
        onClose={() => setApplying(undefined)}
        title={applying ? words.name(applying) : ""}
      >
        {applying ? (
          <Apply
            programme={applying}
            onDone={() => {
              setApplied(applying);
              setApplying(undefined);
            }}
          />
        ) : null}
      </Dialog>
      <Confirm
        about={withdrawing}
        title={<Trans>Withdraw the application</Trans>}
        action={<Trans>Withdraw it</Trans>}
        danger
        onClose={() => setWithdrawing(undefined)}
        run={async ({ id }) => {
          const { error } = await http.POST("/api/portal/programmes/applications/{application_id}/withdraw", {
            params: { path: { application_id: id } },
          });
          if (error) throw error;
          setApplied(undefined);
          await reread();
        }}
      >
        <p>
          <Trans>Nobody reads it any more. You can apply again at any time.</Trans>
        </p>
      </Confirm>
    </Page>
  );
}

/** The answer that stands, if the last one was a refusal. */
function lastRefusal(standing: Standing, applications: Application[] | undefined) {
  const last = applications?.find((each) => each.programme === standing.programme.code);
  return last?.state === "refused" && standing.level === null ? last : undefined;
}

function Card({
  standing,
  refused,
  onApply,
  onWithdraw,
}: {
  standing: Standing;
  refused: Application | undefined;
  onApply: (programme: Programme) => void;
  onWithdraw: (application: Application) => void;
}) {
  const words = useProgrammeWords();
  const { role } = useWords();
  const { can } = useSession();
  const { programme, level, application } = standing;
  const mayWrite = can("portal:programme:write");
  const name = words.name(programme);
  const roles = programme.roles.map((each) => role(each)).join(", ");
  return (
    <Panel title={name} aside={<StandingPill standing={standing} />}>
      <p className={css.about}>{words.summary(programme)}</p>
      {refused?.reason ? <Refusal application={refused} /> : null}
      {application ? (
        <p className={css.faint}>
          <Trans>
            Applied on <Moment at={application.applied_at} day />
          </Trans>
        </p>
      ) : null}
      {level === null && !standing.may_apply && !application ? (
        <p className={css.faint}>
          <Trans>For: {roles}. Write to us if your organisation is one of these, too.</Trans>
        </p>
      ) : null}
      <Group gap="sm">
        {standing.may_apply && mayWrite ? (
          <Button size="sm" onClick={() => onApply(programme)}>
            {refused ? <Trans>Apply again</Trans> : <Trans>Apply</Trans>}
            <span className="sr"> {name}</span>
          </Button>
        ) : null}
        {application && mayWrite ? (
          <Button size="sm" variant="default" onClick={() => onWithdraw(application)}>
            <Trans>Withdraw</Trans>
            <span className="sr"> {name}</span>
          </Button>
        ) : null}
        <Link className={css.open} to="/portal/programmes/$programme" params={{ programme: programme.code }}>
          {level ? <Trans>Your level and what it gives</Trans> : <Trans>What its levels give</Trans>}
          <span className="sr"> {name}</span>
        </Link>
      </Group>
    </Panel>
  );
}

function StandingPill({ standing }: { standing: Standing }) {
  const words = useProgrammeWords();
  if (standing.level) return <Pill tone="good">{words.level(standing.programme, standing.level)}</Pill>;
  if (standing.application) return <ApplicationPill state="open" />;
  return (
    <Pill>
      <Trans>Not in it</Trans>
    </Pill>
  );
}

function Refusal({ application }: { application: Application }) {
  const { t } = useLingui();
  const f = useFormat();
  const day = f.date(application.decided_at ?? application.applied_at);
  return (
    <Notice tone="warn" title={t`Not accepted on ${day}`}>
      {application.reason}{" "}
      <Trans>
        To contest it, answer our letter: another person looks at it again and answers in writing.
      </Trans>
    </Notice>
  );
}

function Applications({
  applications,
  programmes,
}: {
  applications: Application[];
  programmes: Programme[];
}) {
  const { t } = useLingui();
  const words = useProgrammeWords();
  const named = (code: string) => {
    const found = programmes.find((each) => each.code === code);
    return found ? words.name(found) : code;
  };
  return (
    <Panel title={<Trans>Your applications</Trans>} flush>
      <div className={css.bare}>
        <DataTable
          caption={t`Your applications`}
          query={here(applications)}
          rowKey={(row) => row.id}
          empty={null}
          columns={[
            {
              key: "programme",
              label: <Trans>Application</Trans>,
              cell: (row) => <b>{named(row.programme)}</b>,
            },
            {
              key: "at",
              label: <Trans>Sent</Trans>,
              faint: true,
              cell: (row) => <Moment at={row.applied_at} day />,
            },
            {
              key: "state",
              label: <Trans>State</Trans>,
              cell: (row) => <ApplicationPill state={row.state} />,
            },
            { key: "reason", label: <Trans>Reason</Trans>, cell: (row) => row.reason ?? "–" },
            {
              key: "decided",
              label: <Trans>Answered</Trans>,
              faint: true,
              cell: (row) => (row.decided_at ? <Moment at={row.decided_at} day /> : "–"),
            },
          ]}
        />
      </div>
    </Panel>
  );
}

function Apply({ programme, onDone }: { programme: Programme; onDone: () => void }) {
  const { t } = useLingui();
  const words = useProgrammeWords();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    draft: `application:${programme.code}`,
    initialValues: { message: "" },
    submit: async ({ message }, key) => {
      const { error } = await http.POST("/api/portal/programmes/applications", {
        headers: { "idempotency-key": key },
        body: { programme: programme.code, message },
      });
      if (error) throw error;
      await reread();
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <p className={css.about}>{words.summary(programme)}</p>
      <Textarea
        label={t`Why you want to be in it`}
        description={t`Your customers, your skills, what you plan. We read it.`}
        autosize
        minRows={4}
        maxLength={2000}
        data-autofocus
        {...form.getInputProps("message")}
      />
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          <Trans>Send the application</Trans>
        </Button>
      </Group>
    </form>
  );
}
