import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Can } from "../desk/Can";
import { WhyCharge } from "../desk/charges";
import { useDeskForm } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { Notice } from "../desk/Notice";
import { Panel } from "../desk/Page";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { readAmount } from "../i18n/text";
import { ProblemAlert } from "./refusals";

/** One charge: why it comes to its amount, its postings, and taking it back. */
export function ChargeSide({ id, onClose }: { id: number | undefined; onClose: () => void }) {
  return (
    <Side opened={id !== undefined} onClose={onClose} title={<Trans>Why this amount</Trans>}>
      {id === undefined ? null : <Inside key={id} id={id} />}
    </Side>
  );
}

function Inside({ id }: { id: number }) {
  const { t } = useLingui();
  const f = useFormat();
  const [refunding, setRefunding] = useState(false);
  const [done, setDone] = useState<Schema["Money"]>();
  const found = api.useQuery("get", "/api/office/charges/{charge_id}", {
    params: { path: { charge_id: id } },
  });
  return (
    <Loaded query={found} height={360}>
      {(detail) => (
        <WhyCharge detail={detail}>
          {done ? (
            <Notice tone="good" title={t`${f.money(done)} were taken back`}>
              <Trans>The refund stands in the list, dated today.</Trans>
            </Notice>
          ) : null}
          <Group mt="md">
            <Link to="/office/ledger/entries" search={{ reference: entryOf(detail.charge) }}>
              <Trans>Its postings</Trans>
            </Link>
            {detail.charge.kind === "charge" && !refunding && detail.charge.net.amount_minor > 0 ? (
              <Can scope="office:charge:write">
                <Button size="sm" variant="default" onClick={() => setRefunding(true)}>
                  <Trans>Refund it…</Trans>
                </Button>
              </Can>
            ) : null}
          </Group>
          {refunding ? (
            <Refund
              charge={detail.charge}
              onDone={(amount) => {
                setRefunding(false);
                setDone(amount);
              }}
              onClose={() => setRefunding(false)}
            />
          ) : null}
        </WhyCharge>
      )}
    </Loaded>
  );
}

const entryOf = (charge: Schema["ChargeView"]) =>
  `${charge.kind === "refund" ? "charge_refund" : "charge"}:${charge.consumer_id}:${charge.reference}`;

function Refund({
  charge,
  onDone,
  onClose,
}: {
  charge: Schema["ChargeView"];
  onDone: (amount: Schema["Money"]) => void;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const f = useFormat();
  const { currency } = charge.net;
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { amount: f.typed(charge.net), reference: `${charge.reference.slice(0, 90)}-refund` },
    validate: {
      amount: (text) => {
        const minor = readAmount(text, currency);
        return minor === null || minor <= 0 || minor > charge.net.amount_minor
          ? t`An amount up to ${f.money(charge.net)}`
          : null;
      },
      reference: (text) =>
        /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/.test(text)
          ? null
          : t`Letters, digits and . _ : - only, at most 100`,
    },
    submit: async ({ amount, reference }, key) => {
      const net = { ...charge.net, amount_minor: readAmount(amount, currency) ?? 0 };
      const { error: refusal } = await http.POST("/api/office/charges/{charge_id}/refunds", {
        params: { path: { charge_id: charge.id } },
        headers: { "idempotency-key": key },
        body: { reference, net: net as Schema["ChargeRefundIn"]["net"] },
      });
      if (refusal) throw refusal;
      for (const path of ["/api/office/charges", "/api/office/charges/totals", "/api/office/credits"])
        await queryClient.invalidateQueries({ queryKey: ["get", path] });
      onDone(net);
    },
  });
  return (
    <Panel title={<Trans>Refund it</Trans>}>
      <ProblemAlert error={error} rest={rest} />
      <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
        <TextInput
          label={t`Amount after discounts, before VAT, in ${currency}`}
          description={t`Credit that paid of it goes back in proportion, if it has not expired; a wholesaler’s margin goes with it.`}
          inputMode="decimal"
          required
          data-autofocus
          {...form.getInputProps("amount")}
        />
        <TextInput
          label={t`Reference of the refund`}
          description={t`The same reference again is the same refund.`}
          required
          {...form.getInputProps("reference")}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            <Trans>Not now</Trans>
          </Button>
          <Button type="submit" color="danger" loading={pending}>
            <Trans>Refund it</Trans>
          </Button>
        </Group>
      </form>
    </Panel>
  );
}
