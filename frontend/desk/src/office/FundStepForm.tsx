import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { http, queryClient, type Schema } from "../api/client";
import { useDeskForm } from "../desk/form";
import { Notice } from "../desk/Notice";
import { Panel } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { readAmount } from "../i18n/text";
import { ProblemAlert } from "./refusals";

type Request = Schema["FundRequest"];
export type FundStepName = "approve" | "decline" | "return" | "reimburse";

const ASKS_AMOUNT: FundStepName[] = ["approve", "reimburse"];
const ASKS_DAY: FundStepName[] = ["approve", "return"];

/** A day that is past is asked for anew: without one the partner has two weeks. */
const stillAhead = (day: string | null) => (day && day >= new Date().toISOString().slice(0, 10) ? day : "");

/** One step of a request: its amount or day, its reason, and a button that says what it does. */
export function FundStepForm({ request, step }: { request: Request; step: FundStepName }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useStepWords(request)[step];
  const [open, setOpen] = useState(ASKS_AMOUNT.includes(step));
  const whole = step === "approve" ? request.asked : request.spent;
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: {
      amount: whole ? f.typed(whole) : "",
      claim_due_on: stillAhead(request.claim_due_on),
      reason: "",
    },
    validate: {
      amount: (text) =>
        !ASKS_AMOUNT.includes(step) || (readAmount(text, request.asked.currency) ?? 0) > 0
          ? null
          : t`Write an amount such as 25,00`,
      reason: (text, values) => {
        const less =
          ASKS_AMOUNT.includes(step) &&
          (readAmount(values.amount, request.asked.currency) ?? 0) >= (whole?.amount_minor ?? 0);
        return text.trim() || less ? null : t`Say why: the partner reads it`;
      },
    },
    submit: async (values, key) => {
      const refusal = await send(step, request, values, key);
      if (refusal) throw refusal;
      await queryClient.invalidateQueries({
        predicate: ({ queryKey }) => String(queryKey[1]).includes("/funds"),
      });
    },
  });
  if (!open) {
    return (
      <p>
        <Button variant="default" size="sm" onClick={() => setOpen(true)}>
          {words.action}
        </Button>
      </p>
    );
  }
  return (
    <Panel title={words.title}>
      <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
        <ProblemAlert error={error} rest={rest} />
        {ASKS_AMOUNT.includes(step) ? (
          <TextInput
            label={words.amount}
            description={words.about}
            inputMode="decimal"
            required
            {...form.getInputProps("amount")}
          />
        ) : null}
        {ASKS_DAY.includes(step) ? (
          <TextInput
            type="date"
            label={t`To be claimed until`}
            description={step === "approve" ? t`Empty: 60 days after its last day` : undefined}
            {...form.getInputProps("claim_due_on")}
          />
        ) : null}
        {step === "approve" && request.asked.amount_minor > request.budget_left.amount_minor ? (
          <Notice
            tone="warn"
            title={t`It asks for ${f.money({
              ...request.asked,
              amount_minor: request.asked.amount_minor - request.budget_left.amount_minor,
            })} more than its budget has left`}
          >
            <Trans>Approve what is left and say so in the reason, or decline.</Trans>
          </Notice>
        ) : null}
        <Textarea label={t`Reason`} maxLength={500} autosize {...form.getInputProps("reason")} />
        <Group justify="flex-end">
          <Button type="submit" loading={pending} {...(step === "decline" ? { color: "danger" } : {})}>
            {words.action}
          </Button>
        </Group>
      </form>
    </Panel>
  );
}

interface Values {
  amount: string;
  claim_due_on: string;
  reason: string;
}

async function send(step: FundStepName, request: Request, values: Values, key: string): Promise<unknown> {
  const minor = readAmount(values.amount, request.asked.currency) ?? 0;
  const reason = values.reason.trim();
  const claim_due_on = values.claim_due_on || null;
  const asked = { params: { path: { request_id: request.id } }, headers: { "idempotency-key": key } };
  if (step === "approve") {
    const body = { approved_minor: minor, claim_due_on, reason };
    return (await http.POST("/api/office/funds/requests/{request_id}/approve", { ...asked, body })).error;
  }
  if (step === "decline") {
    return (
      await http.POST("/api/office/funds/requests/{request_id}/decline", { ...asked, body: { reason } })
    ).error;
  }
  if (step === "return") {
    const body = { reason, claim_due_on };
    return (await http.POST("/api/office/funds/requests/{request_id}/return", { ...asked, body })).error;
  }
  const body = { accepted_minor: minor, reason };
  return (await http.POST("/api/office/funds/requests/{request_id}/reimburse", { ...asked, body })).error;
}

interface StepWords {
  title: React.ReactNode;
  action: React.ReactNode;
  amount?: string;
  about?: string;
}

function useStepWords(request: Request): Record<FundStepName, StepWords> {
  const { t } = useLingui();
  const f = useFormat();
  const approved = request.approved ? f.money(request.approved) : "";
  return {
    approve: {
      title: <Trans>Approve it</Trans>,
      action: <Trans>Approve and reserve</Trans>,
      amount: t`Reimbursed at most, in euros, VAT excluded`,
      about: t`${f.money(request.budget_left)} are left of its budget; less than asked is told with its reason.`,
    },
    decline: { title: <Trans>Decline it</Trans>, action: <Trans>Decline it</Trans> },
    reimburse: {
      title: <Trans>Reimburse it</Trans>,
      action: <Trans>Reimburse it</Trans>,
      amount: t`Spending that the proof shows, in euros, VAT excluded`,
      about: t`${f.rate(request.share_bp)} of it is paid, at most ${approved}.`,
    },
    return: { title: <Trans>Send the claim back</Trans>, action: <Trans>Send the claim back</Trans> },
  };
}
