import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { useAction } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Facts, Page, Panel } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { useSession } from "../desk/session";
import { IconExternalLink, IconRefresh } from "../ui/icons";

type Account = Schema["payments_routes_AccountView"];

async function onboard() {
  const { data, error } = await http.POST("/api/portal/account/onboarding");
  if (error) throw error;
  location.assign(data.url);
}

async function look() {
  const { error } = await http.POST("/api/portal/account/refresh");
  if (error) throw error;
  await queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/account"] });
  await queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/home"] });
}

export function Bank() {
  const { from } = getRouteApi("/portal/bank").useSearch();
  const { can } = useSession();
  const account = api.useQuery("get", "/api/portal/account");
  const start = useAction(onboard);
  const refresh = useAction(look);
  const mayWrite = can("portal:account:write");
  const askNow = refresh.run;
  useEffect(() => {
    if (from === "stripe" && mayWrite) void askNow();
  }, [from, mayWrite, askNow]);
  const startButton = (words: React.ReactNode) =>
    mayWrite ? (
      <Button
        size="sm"
        loading={start.pending}
        rightSection={<IconExternalLink size={16} />}
        onClick={() => start.run()}
      >
        {words}
      </Button>
    ) : undefined;
  return (
    <Page
      narrow
      title={<Trans>Bank account</Trans>}
      about={
        <Trans>
          Stripe asks who you are and where to pay you, on its own page. We never see your identity papers.
        </Trans>
      }
      actions={
        account.data?.account && mayWrite ? (
          <Button
            variant="default"
            size="sm"
            leftSection={<IconRefresh size={16} />}
            loading={refresh.pending}
            onClick={() => refresh.run()}
          >
            <Trans>Ask Stripe again</Trans>
          </Button>
        ) : undefined
      }
    >
      <ProblemAlert error={start.error ?? refresh.error} />
      {from === "expired" ? (
        <Notice tone="warn" title={<Trans>Stripe’s page had expired</Trans>}>
          <Trans>It works once, for some minutes. Open it again: what you had entered is kept there.</Trans>
        </Notice>
      ) : null}
      <Loaded query={account} height={240}>
        {({ account: known }) =>
          known ? (
            <>
              <State account={known} start={startButton} />
              <Details account={known} start={startButton} />
            </>
          ) : (
            <Notice
              tone="warn"
              title={<Trans>Tell us where to pay you</Trans>}
              action={startButton(<Trans>Add a bank account</Trans>)}
            >
              <Trans>Have your IBAN and an identity document at hand: it takes some five minutes.</Trans>
            </Notice>
          )
        }
      </Loaded>
    </Page>
  );
}

type Start = (words: React.ReactNode) => React.ReactNode;

function State({ account, start }: { account: Account; start: Start }) {
  if (account.payable) {
    return (
      <Notice tone="good" title={<Trans>You can be paid</Trans>}>
        <Trans>Stripe has checked who you are, and this bank account.</Trans>
      </Notice>
    );
  }
  const waits = account.requirements.length === 0;
  return (
    <Notice
      tone={waits ? "accent" : "warn"}
      title={
        waits ? (
          <Trans>Stripe is checking what you gave</Trans>
        ) : (
          <Trans>Stripe still needs something from you</Trans>
        )
      }
      action={start(<Trans>Continue at Stripe</Trans>)}
    >
      {waits ? (
        <Trans>It mostly takes minutes, sometimes two days. Nothing is needed from you.</Trans>
      ) : (
        <Trans>What you earn is kept for you meanwhile.</Trans>
      )}
    </Notice>
  );
}

function Details({ account, start }: { account: Account; start: Start }) {
  const { t } = useLingui();
  const none = t`Not given yet`;
  const asked = (name: string) => {
    if (name.startsWith("external_account")) return t`Your IBAN`;
    if (name.startsWith("identity.attestations")) return t`Your agreement to Stripe’s terms`;
    if (name.startsWith("identity.business_details")) return t`Facts about your company`;
    if (name.startsWith("identity")) return t`Who you are`;
    return name;
  };
  const status = (word: string) =>
    word === "active" ? t`Allowed` : word === "pending" ? t`Being checked` : t`Not allowed yet`;
  return (
    <Panel
      title={<Trans>Where we pay you</Trans>}
      aside={account.payable ? start(<Trans>Change at Stripe</Trans>) : null}
    >
      <Facts
        items={[
          [t`Account`, account.iban_last4 ? `•••• ${account.iban_last4}` : none],
          [t`Holder`, account.holder ?? none],
          [t`Transfers to your Stripe account`, status(account.transfers_status)],
          [t`Payouts to your bank`, status(account.payouts_status)],
          [t`Account at Stripe`, account.stripe_account ?? none],
          [
            t`Read from Stripe`,
            account.checked_at ? <Moment key="at" at={account.checked_at} happened /> : t`Not yet`,
          ],
        ]}
      />
      {account.requirements.length > 0 ? (
        <>
          <h3>
            <Trans>What Stripe still asks</Trans>
          </h3>
          <ul>
            {account.requirements.map((name) => (
              <li key={name}>{asked(name)}</li>
            ))}
          </ul>
        </>
      ) : null}
    </Panel>
  );
}
