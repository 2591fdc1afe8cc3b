import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { useAction } from "../desk/form";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { ProblemAlert } from "../desk/problems";
import { useSession } from "../desk/session";
import css from "./PayoutDrawer.module.css";

const RETRIES = "/api/portal/payouts/{payout_id}/retry-requests";

/** A refused payout is sent again once one of the operator's finance staff agrees. */
export function AskAgain({ payout }: { payout: Schema["PayoutView"] }) {
  const { t } = useLingui();
  const { can } = useSession();
  const [note, setNote] = useState("");
  const params = { path: { payout_id: payout.id } };
  const asked = api.useQuery("get", RETRIES, { params });
  const ask = useAction(async () => {
    const { error } = await http.POST(RETRIES, { params, body: { note: note.trim() } });
    if (error) throw error;
    await queryClient.invalidateQueries({ queryKey: ["get", RETRIES] });
  });
  const last = asked.data?.items[0];
  if (last?.state === "asked") return <Waiting request={last} payoutId={payout.id} />;
  if (!can("portal:account:write")) return null;
  return (
    <section>
      <h3>
        <Trans>Have it sent again</Trans>
      </h3>
      {last?.state === "refused" ? <Refused request={last} /> : null}
      <ProblemAlert error={ask.error} />
      <p className={css.faint}>
        <Trans>Once the bank account is right, ask here: somebody of our finance team has to agree.</Trans>
      </p>
      <Textarea
        label={t`Why it will work now (optional)`}
        autosize
        minRows={2}
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value.replaceAll("\n", " "))}
      />
      <Button className={css.ask} loading={ask.pending} onClick={() => ask.run()}>
        <Trans>Ask for it to be sent again</Trans>
      </Button>
    </section>
  );
}

function Waiting({ request, payoutId }: { request: Schema["RetryRequestView"]; payoutId: string }) {
  const { t } = useLingui();
  const { can } = useSession();
  const takeBack = useAction(async () => {
    const { error } = await http.POST(`${RETRIES}/{approval_id}/take-back`, {
      params: { path: { payout_id: payoutId, approval_id: request.id } },
    });
    await queryClient.invalidateQueries({ queryKey: ["get", RETRIES] });
    if (error) throw error;
  });
  return (
    <>
      <ProblemAlert error={takeBack.error} />
      <Notice
        tone="accent"
        title={t`${request.asked_by_name} asked for it to be sent again`}
        action={
          can("portal:account:write") ? (
            <Button variant="default" size="xs" loading={takeBack.pending} onClick={() => takeBack.run()}>
              <Trans>Take the request back</Trans>
            </Button>
          ) : undefined
        }
      >
        <Trans>
          On <Moment at={request.asked_at} />. Our finance team decides, and this page shows what it says.
        </Trans>
        {request.note ? <span className={css.note}>{t`“${request.note}”`}</span> : null}
      </Notice>
    </>
  );
}

function Refused({ request }: { request: Schema["RetryRequestView"] }) {
  const { t } = useLingui();
  return (
    <Notice tone="warn" title={t`The request of ${request.asked_by_name} was refused`}>
      {request.answer || t`No reason was given: write to us if you need one.`}
    </Notice>
  );
}
