import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Textarea } from "@mantine/core";
import { useState } from "react";
import { api, http, type Schema } from "../api/client";
import { Can } from "../desk/Can";
import { useAction, useDeskForm } from "../desk/form";
import { Changes } from "../desk/Listing";
import { Notice } from "../desk/Notice";
import { Dialog } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { rereadJoint } from "./listingReads";
import { ProblemAlert } from "./refusals";

type Change = Schema["JointChangeView"];
const grid = { display: "grid", gap: 14 };

/** Says to the first owner, where it changes a listing of two, that the other has to agree. */
export function BothOwners({ listingId }: { listingId: string }) {
  const { t } = useLingui();
  const { data } = api.useQuery("get", "/api/portal/joint-offers");
  const offer = data?.items.find(
    ({ listing_id, standing }) => listing_id === listingId && ["in_force", "ending"].includes(standing),
  );
  if (!offer) return null;
  return (
    <Notice title={t`${offer.second.name} owns it together with you`}>
      <Trans>What you change is proposed to the second owner. It holds once they agree.</Trans>
    </Notice>
  );
}

/** The change of a listing of two that waits, or what became of the last one, with what to do. */
export function JointChanges({ listingId }: { listingId: string }) {
  const { data } = api.useQuery("get", "/api/portal/joint-changes");
  const change = data?.items.find(({ listing_id }) => listing_id === listingId);
  return change && change.state !== "withdrawn" ? <One change={change} /> : null;
}

function One({ change }: { change: Change }) {
  const { t } = useLingui();
  const f = useFormat();
  const [answering, setAnswering] = useState<"accept" | "refuse" | "withdraw">();
  const close = () => setAnswering(undefined);
  const waits = change.state === "waiting";
  const titles: Record<Change["state"], string> = {
    waiting: change.by_me
      ? t`A change waits for ${change.second_name}`
      : t`${change.first_name} proposes a change`,
    accepted: t`The last change was accepted`,
    refused: t`The last change was refused`,
    withdrawn: "",
  };
  return (
    <section style={{ ...grid, marginTop: 14 }}>
      <Notice title={titles[change.state]} tone={waits ? "warn" : "accent"}>
        {change.reason ||
          (waits
            ? t`Proposed ${f.date(change.proposed_at)}. Until it is accepted the listing stays as it is.`
            : null)}
      </Notice>
      <Changes changes={change.changes} />
      {waits ? (
        <Can scope="portal:listing:write">
          <Group>
            {change.by_me ? (
              <Button size="sm" variant="default" onClick={() => setAnswering("withdraw")}>
                <Trans>Withdraw the change</Trans>
              </Button>
            ) : (
              <>
                <Button size="sm" onClick={() => setAnswering("accept")}>
                  <Trans>Accept the change</Trans>
                </Button>
                <Button size="sm" variant="default" onClick={() => setAnswering("refuse")}>
                  <Trans>Refuse the change</Trans>
                </Button>
              </>
            )}
          </Group>
        </Can>
      ) : null}
      <Dialog
        opened={answering !== undefined}
        onClose={close}
        title={
          answering === "accept"
            ? t`Accept the change?`
            : answering === "refuse"
              ? t`Refuse the change`
              : t`Withdraw the change?`
        }
      >
        {answering === "refuse" ? <Refuse change={change} onDone={close} /> : null}
        {answering === "accept" || answering === "withdraw" ? (
          <Answer key={answering} change={change} way={answering} onDone={close} />
        ) : null}
      </Dialog>
    </section>
  );
}

function Answer({ change, way, onDone }: { change: Change; way: "accept" | "withdraw"; onDone: () => void }) {
  const { t } = useLingui();
  const answer = useAction(async () => {
    const { error } = await http.POST(`/api/portal/joint-changes/{change_id}/${way}`, {
      params: { path: { change_id: change.id } },
    });
    await rereadJoint();
    if (error) throw error;
    onDone();
  });
  return (
    <div style={grid}>
      <ProblemAlert error={answer.error} />
      <p style={{ margin: 0 }}>
        {way === "accept"
          ? t`${change.listing_name} says and costs this from now on, in the store too if it is on sale. Orders already placed keep what they say. Your name and today’s date are kept.`
          : t`${change.second_name} cannot accept it any more. The listing stays as it is.`}
      </p>
      <Button
        color={way === "accept" ? undefined : "danger"}
        loading={answer.pending}
        onClick={() => answer.run(undefined)}
      >
        {way === "accept" ? <Trans>Accept the change</Trans> : <Trans>Withdraw the change</Trans>}
      </Button>
    </div>
  );
}

function Refuse({ change, onDone }: { change: Change; onDone: () => void }) {
  const { t } = useLingui();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { reason: "" },
    validate: { reason: (text) => (text.trim() ? null : t`Say why`) },
    submit: async (values, key) => {
      const { error: refusal } = await http.POST("/api/portal/joint-changes/{change_id}/refuse", {
        params: { path: { change_id: change.id } },
        headers: { "idempotency-key": key },
        body: values,
      });
      await rereadJoint();
      if (refusal) throw refusal;
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={grid}>
      <ProblemAlert error={error} rest={rest} />
      <Textarea
        label={t`Why`}
        description={t`${change.first_name} reads it.`}
        required
        maxLength={1000}
        autosize
        minRows={3}
        {...form.getInputProps("reason")}
      />
      <Button type="submit" color="danger" loading={pending}>
        <Trans>Refuse the change</Trans>
      </Button>
    </form>
  );
}
