import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Empty } from "../desk/Empty";
import { useAction } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Facts, Page, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import { Decision } from "./Decision";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";
import { PayoutPill, useWords } from "./words";

export function Approvals() {
  const asked = api.useQuery("get", "/api/office/payout-approvals", {
    params: { query: { approval_state: "asked", limit: 100 } },
  });
  const waiting = api.useQuery("get", "/api/office/organisations", {
    params: { query: { verification: "unverified", sells: true, limit: 100 } },
  });
  return (
    <Page
      title={<Trans>Approvals</Trans>}
      about={<Trans>What waits for a second person, and partners whose identity is to be checked.</Trans>}
    >
      <Loaded query={asked} height={140}>
        {({ items }) => items.map((request) => <Request key={request.id} request={request} />)}
      </Loaded>
      <Loaded query={waiting} height={240}>
        {({ items: partners }) => {
          if (partners.length === 0)
            return (
              <Panel>
                <Empty title={<Trans>No partner waits to be checked</Trans>}>
                  <Trans>Organisations that want to sell appear here before they are paid.</Trans>
                </Empty>
              </Panel>
            );
          return partners.map((one) => <Organisation key={one.id} one={one} />);
        }}
      </Loaded>
    </Page>
  );
}

const forget = () =>
  Promise.all([
    queryClient.invalidateQueries({ queryKey: ["get", "/api/office/payout-approvals"] }),
    queryClient.invalidateQueries({ queryKey: ["get", "/api/office/organisations"] }),
    queryClient.invalidateQueries({ queryKey: ["get", "/api/office/organisations/{organisation_id}"] }),
    queryClient.invalidateQueries({ queryKey: ["get", "/api/office/overview"] }),
    queryClient.invalidateQueries({ queryKey: ["get", "/api/office/payouts"] }),
    queryClient.invalidateQueries({ queryKey: ["get", "/api/office/payouts/{payout_id}"] }),
    queryClient.invalidateQueries({ queryKey: ["get", "/api/office/payout-counts"] }),
  ]);

/** What one person asked for about a payout; another one decides it here. */
export function Request({ request }: { request: Schema["ApprovalView"] }) {
  const { t } = useLingui();
  const words = useWords();
  const { person, can } = useSession();
  const [note, setNote] = useState("");
  const own = request.asked_by === person?.id;
  const retry = request.verb === "retry";
  const decide = useAction(async (verb: "approve" | "refuse") => {
    const { error } = await http.POST(`/api/office/payout-approvals/{approval_id}/${verb}`, {
      params: { path: { approval_id: request.id } },
      body: { note },
    });
    if (error) throw error;
    await forget();
  });
  return (
    <Panel
      title={
        retry
          ? t`Send the payout of ${request.organisation_name} again`
          : t`Do not send the payout of ${request.organisation_name}`
      }
      aside={<PayoutPill state={request.payout_state} />}
    >
      <Facts
        items={[
          [t`Amount`, <Amount key="a" value={request.amount} strong />],
          [
            t`Payout of statement`,
            <Link
              key="s"
              className={css.link}
              to="/office/payouts/$payoutId"
              params={{ payoutId: request.payout_id }}
            >
              {request.statement_number}
            </Link>,
          ],
          [t`Asked by`, request.asked_by_name],
          [t`For`, request.asked_for_name ?? t`The operator`],
          [t`Asked`, <Moment key="m" at={request.asked_at} />],
          ...(request.failure_code
            ? [[t`The bank said`, words.failure(request.failure_code)] as [string, string]]
            : []),
          ...(request.note ? [[t`Why`, request.note] as [string, string]] : []),
        ]}
      />
      {decide.error ? <ProblemAlert error={decide.error} /> : null}
      {!can("office:payout:send") ? null : own ? (
        <div className={css.formEnd} style={{ marginTop: 14, alignItems: "center" }}>
          <p className={css.note} style={{ margin: 0, maxWidth: "none", flex: 1 }}>
            <Trans>You asked for this: somebody else of finance has to approve it.</Trans>
          </p>
          <Button variant="default" loading={decide.pending} onClick={() => decide.run("refuse")}>
            <Trans>Take it back</Trans>
          </Button>
        </div>
      ) : (
        <div className={css.form} style={{ marginTop: 14 }}>
          <Textarea
            label={t`Your remark (optional)`}
            description={request.asked_for ? t`The partner reads it.` : undefined}
            autosize
            minRows={1}
            maxLength={500}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value.replaceAll("\n", " "))}
          />
          <div className={css.formEnd}>
            <Button loading={decide.pending} onClick={() => decide.run("approve")}>
              {retry ? <Trans>Approve: send it again</Trans> : <Trans>Approve: do not send it</Trans>}
            </Button>
            <Button variant="default" disabled={decide.pending} onClick={() => decide.run("refuse")}>
              <Trans>Refuse the request</Trans>
            </Button>
          </div>
        </div>
      )}
    </Panel>
  );
}

function Organisation({ one }: { one: Schema["OrganisationView"] }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useWords();
  return (
    <Panel
      title={
        <Link className={css.link} to="/office/partners/$organisationId" params={{ organisationId: one.id }}>
          {one.name}
        </Link>
      }
      aside={one.origin === "import" ? <Pill>{t`Imported`}</Pill> : <Pill tone="accent">{t`Applied`}</Pill>}
    >
      <Facts
        items={[
          [t`Role`, one.roles.map(words.role).join(", ")],
          [t`Country`, f.country(one.country)],
          [t`SIREN`, one.siren ?? t`Not given`],
          [t`VAT number`, one.vat_number ?? t`Not given`],
          [t`VAT`, words.regime(one.vat_regime)],
          [t`E-mail`, one.email ?? t`Not given`],
        ]}
      />
      <Decision one={one} />
    </Panel>
  );
}
