import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { api, http, type Schema } from "../api/client";
import { today } from "../desk/credits";
import { useAction, useDeskForm } from "../desk/form";
import { useFormat } from "../i18n/format";
import { rereadJoint } from "./listingReads";
import { ProblemAlert } from "./refusals";

type Offer = Schema["JointOfferView"];
type Form = { offer: Offer; onDone: () => void };
const grid = { display: "grid", gap: 14 };

/** 62,5 → 6250 basis points; nothing for what is no part of a whole. */
function readShare(text: string): number | undefined {
  const match = /^(\d{1,2})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  const bp = match ? Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0")) : 0;
  return bp > 0 ? bp : undefined;
}

export function ProposeJoint({ onDone }: { onDone: () => void }) {
  const { t } = useLingui();
  const listings = api.useQuery("get", "/api/portal/listings", { params: { query: { limit: 200 } } });
  const free = (listings.data?.items ?? []).filter(({ status }) =>
    ["draft", "action_required", "paused", "withdrawn"].includes(status),
  );
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { listing_id: "", partner: "", first_bp: "", words: "" },
    validate: {
      listing_id: (id) => (id ? null : t`Choose a listing`),
      partner: (text) => (text.trim() ? null : t`Write the reference of the other partner`),
      first_bp: (text) => (readShare(text) ? null : t`More than 0 and less than 100, such as 62.5`),
      words: (text) => (text.trim() ? null : t`Say who does what`),
    },
    submit: async (values, key) => {
      const { error: refusal } = await http.POST("/api/portal/joint-offers", {
        headers: { "idempotency-key": key },
        body: {
          ...values,
          partner: values.partner.trim(),
          first_bp: readShare(values.first_bp) ?? 0,
        },
      });
      if (refusal) throw refusal;
      await rereadJoint();
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={grid}>
      <ProblemAlert error={error} rest={rest} />
      <NativeSelect
        label={t`Listing`}
        description={t`Not on sale and not being read: pause it or take it back first.`}
        required
        data={[
          { value: "", label: t`Choose a listing` },
          ...free.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        {...form.getInputProps("listing_id")}
      />
      <TextInput
        label={t`The other partner`}
        description={t`Its reference: the end of its address in the store.`}
        required
        {...form.getInputProps("partner")}
      />
      <TextInput
        label={t`Your part in percent`}
        description={t`Of what the editors get of each sale. The other has the rest.`}
        inputMode="decimal"
        required
        {...form.getInputProps("first_bp")}
      />
      <Textarea
        label={t`Who does what`}
        required
        maxLength={2000}
        autosize
        minRows={3}
        {...form.getInputProps("words")}
      />
      <Button type="submit" loading={pending}>
        <Trans>Send the offer</Trans>
      </Button>
    </form>
  );
}

export function AcceptJoint({ offer, onDone }: Form) {
  const { t } = useLingui();
  const f = useFormat();
  const share = f.rate(offer.second.share_bp);
  const accepting = useAction(async () => {
    const { error } = await http.POST("/api/portal/joint-offers/{offer_id}/accept", {
      params: { path: { offer_id: offer.id } },
    });
    await rereadJoint();
    if (error) throw error;
    onDone();
  });
  return (
    <div style={grid}>
      <ProblemAlert error={accepting.error} />
      <p style={{ margin: 0 }}>
        {t`You would own ${offer.listing_name} together with ${offer.first.name}, and be paid ${share} of the editors’ part of each sale on your own statement. Your name and today’s date are kept.`}
      </p>
      <Button loading={accepting.pending} onClick={() => accepting.run(undefined)}>
        <Trans>Accept the offer</Trans>
      </Button>
    </div>
  );
}

export function WithdrawJoint({ offer, onDone }: Form) {
  const { t } = useLingui();
  const withdrawing = useAction(async () => {
    const { error } = await http.POST("/api/portal/joint-offers/{offer_id}/withdraw", {
      params: { path: { offer_id: offer.id } },
    });
    await rereadJoint();
    if (error) throw error;
    onDone();
  });
  return (
    <div style={grid}>
      <ProblemAlert error={withdrawing.error} />
      <p style={{ margin: 0 }}>{t`${offer.second.name} cannot accept it any more.`}</p>
      <Button color="danger" loading={withdrawing.pending} onClick={() => withdrawing.run(undefined)}>
        <Trans>Withdraw the offer</Trans>
      </Button>
    </div>
  );
}

export function RefuseJoint({ offer, onDone }: Form) {
  const { t } = useLingui();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { reason: "" },
    validate: { reason: (text) => (text.trim() ? null : t`Say why`) },
    submit: async (values, key) => {
      const { error: refusal } = await http.POST("/api/portal/joint-offers/{offer_id}/refuse", {
        params: { path: { offer_id: offer.id } },
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
        description={t`${offer.first.name} reads it.`}
        required
        maxLength={1000}
        autosize
        minRows={3}
        {...form.getInputProps("reason")}
      />
      <Button type="submit" color="danger" loading={pending}>
        <Trans>Refuse the offer</Trans>
      </Button>
    </form>
  );
}

export function EndJoint({ offer, onDone }: Form) {
  const { t } = useLingui();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { ends_on: "", reason: "" },
    validate: {
      ends_on: (day) => (day > today() ? null : t`Tomorrow or later`),
      reason: (text) => (text.trim() ? null : t`Say why`),
    },
    submit: async (values, key) => {
      const { error: refusal } = await http.POST("/api/portal/joint-offers/{offer_id}/end", {
        params: { path: { offer_id: offer.id } },
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
      <p style={{ margin: 0 }}>
        {t`From that day on the listing is ${offer.first.name}’s alone. What was ordered before stays shared.`}
      </p>
      <TextInput type="date" label={t`First day without it`} required {...form.getInputProps("ends_on")} />
      <Textarea
        label={t`Why`}
        description={t`The other owner reads it.`}
        required
        maxLength={1000}
        autosize
        minRows={3}
        {...form.getInputProps("reason")}
      />
      <Button type="submit" color="danger" loading={pending}>
        <Trans>End the offer</Trans>
      </Button>
    </form>
  );
}
