import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Confirm } from "../desk/Confirm";
import { Growth } from "../desk/Growth";
import { Loaded } from "../desk/Loaded";
import { Facts, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";
import css from "./office.module.css";
import { Day, forgetStartups, TheirChecklists, Why } from "./startupBits";

type Row = Schema["StartupRow"];

/** One start-up: what it wrote, what is to be decided, its lists and its growth. */
export function StartupSide({ row }: { row: Row }) {
  const { t } = useLingui();
  const f = useFormat();
  const path = { params: { path: { organisation_id: row.organisation_id } } };
  const startup = api.useQuery("get", "/api/office/organisations/{organisation_id}/startup", path);
  const growth = api.useQuery("get", "/api/office/organisations/{organisation_id}/growth", path);
  const asked = startup.data?.graduations.find((one) => one.state === "asked");
  const project = startup.data?.project;
  return (
    <div>
      <p style={{ marginTop: 0 }}>
        <Link
          className={css.link}
          to="/office/partners/$organisationId"
          params={{ organisationId: row.organisation_id }}
        >
          <Trans>Open the partner’s page</Trans>
        </Link>
      </p>
      {project || row.message ? (
        <Panel title={<Trans>What it wrote</Trans>}>
          <Facts
            items={
              project
                ? [
                    [t`Project`, project.project],
                    [t`Technology`, project.technology],
                    [t`Team`, project.team],
                  ]
                : [[t`Message`, row.message ?? ""]]
            }
          />
        </Panel>
      ) : null}
      {row.application_id ? <Application row={row} id={row.application_id} /> : null}
      {asked ? <GraduationAsked one={asked} /> : null}
      {row.credit && row.left && row.expires_on ? (
        <Panel title={<Trans>Credit</Trans>}>
          <Facts
            items={[
              [t`Given`, <Amount key="g" value={row.credit} />],
              [t`Left`, <Amount key="l" value={row.left} strong />],
              [t`Last day`, f.date(`${row.expires_on}T12:00:00Z`)],
            ]}
          />
        </Panel>
      ) : null}
      <TheirChecklists organisationId={row.organisation_id} />
      <Panel title={<Trans>Growth</Trans>}>
        <Loaded query={growth} height={240}>
          {(data) => <Growth growth={data} />}
        </Loaded>
      </Panel>
    </div>
  );
}

function Application({ row, id }: { row: Row; id: string }) {
  const { t } = useLingui();
  const { can } = useSession();
  const [verb, setVerb] = useState<"accept" | "refuse">();
  const [reason, setReason] = useState("");
  if (!can("office:programme:write")) return null;
  return (
    <Panel title={<Trans>Its application</Trans>}>
      <p style={{ marginTop: 0 }}>
        <Trans>Accepted, it is a member at once and has its credit; it reads the reason either way.</Trans>
      </p>
      <Group gap="xs">
        <Button onClick={() => setVerb("accept")}>
          <Trans>Accept the start-up</Trans>
        </Button>
        <Button variant="default" onClick={() => setVerb("refuse")}>
          <Trans>Do not accept</Trans>
        </Button>
      </Group>
      <Confirm
        about={verb}
        title={row.name}
        action={verb === "refuse" ? t`Refuse with this reason` : t`Accept the start-up`}
        danger={verb === "refuse"}
        onClose={() => setVerb(undefined)}
        run={async (wanted) => {
          const asked = { params: { path: { application_id: id } }, body: { reason: reason.trim() } };
          const { error } =
            wanted === "accept"
              ? await http.POST("/api/office/startup-applications/{application_id}/accept", asked)
              : await http.POST("/api/office/programme-applications/{application_id}/refuse", asked);
          if (error) throw error;
          await forgetStartups();
        }}
      >
        <Why label={t`Reason: the start-up reads it`} value={reason} onChange={setReason} />
      </Confirm>
    </Panel>
  );
}

function GraduationAsked({ one }: { one: Schema["GraduationView"] }) {
  const { t } = useLingui();
  const { can } = useSession();
  const today = new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Paris" });
  const [verb, setVerb] = useState<"accept" | "refuse">();
  const [reason, setReason] = useState("");
  const [day, setDay] = useState(today);
  return (
    <Panel title={<Trans>It asks to graduate</Trans>}>
      <p style={{ marginTop: 0, whiteSpace: "pre-line", overflowWrap: "anywhere" }}>{one.words}</p>
      {can("office:programme:write") ? (
        <Group gap="xs">
          <Button onClick={() => setVerb("accept")}>
            <Trans>Let it graduate</Trans>
          </Button>
          <Button variant="default" onClick={() => setVerb("refuse")}>
            <Trans>Not yet</Trans>
          </Button>
        </Group>
      ) : null}
      <Confirm
        about={verb}
        title={<Trans>Graduation to software editor</Trans>}
        action={verb === "refuse" ? t`Refuse with this reason` : t`Let it graduate`}
        danger={verb === "refuse"}
        onClose={() => setVerb(undefined)}
        run={async (wanted) => {
          const path = { params: { path: { graduation_id: one.id } } };
          const { error } =
            wanted === "accept"
              ? await http.POST("/api/office/graduations/{graduation_id}/accept", {
                  ...path,
                  body: { reason: reason.trim(), effective_on: day },
                })
              : await http.POST("/api/office/graduations/{graduation_id}/refuse", {
                  ...path,
                  body: { reason: reason.trim() },
                });
          if (error) throw error;
          await forgetStartups();
        }}
      >
        <div style={{ display: "grid", gap: 14 }}>
          {verb === "accept" ? (
            <>
              <p style={{ margin: 0 }}>
                <Trans>
                  From that day on it is an editor on the same account: prices follow, past lines and credits
                  stay.
                </Trans>
              </p>
              <Day label={t`Editor from`} value={day} min={today} onChange={setDay} />
            </>
          ) : null}
          <Why label={t`Reason: the start-up reads it`} value={reason} onChange={setReason} />
        </div>
      </Confirm>
    </Panel>
  );
}
