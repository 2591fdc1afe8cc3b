import { Trans, useLingui } from "@lingui/react/macro";
import { Button, FileButton, Group, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { useAction, useDeskForm } from "../desk/form";
import { FundFacts, FundProofs, FundSteps } from "../desk/funds";
import { Loaded } from "../desk/Loaded";
import { Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { DOCUMENT_TYPES, readFile, refusedFile } from "../desk/upload";
import { readAmount } from "../i18n/text";
import { IconUpload } from "../ui/icons";
import { ProblemAlert } from "./refusals";

type Detail = Schema["FundDetail"];

/** After a step all that shows the request is asked for anew. */
const renew = () =>
  queryClient.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).includes("/funds") });

/** One request: what is known of it, its proofs, and what can be done now. */
export function FundSide({ id }: { id: string }) {
  const { can } = useSession();
  const query = api.useQuery("get", "/api/portal/funds/requests/{request_id}", {
    params: { path: { request_id: id } },
  });
  return (
    <Loaded query={query} height={320}>
      {(detail) => (
        <div style={{ display: "grid", gap: 14 }}>
          <h3 style={{ margin: 0 }}>{detail.request.title}</h3>
          <FundFacts request={detail.request} />
          {can("portal:fund:write") && detail.request.state === "approved" ? <Claim detail={detail} /> : null}
          {detail.request.state !== "approved" && detail.proofs.length > 0 ? (
            <Panel title={<Trans>Proof</Trans>}>
              <FundProofs proofs={detail.proofs} area="portal" />
            </Panel>
          ) : null}
          <Panel title={<Trans>What happened</Trans>}>
            <FundSteps steps={detail.steps} />
          </Panel>
          {can("portal:fund:write") && ["requested", "approved"].includes(detail.request.state) ? (
            <Withdraw id={id} />
          ) : null}
        </div>
      )}
    </Loaded>
  );
}

/** The proofs, more of them, and the claim of what was spent. */
function Claim({ detail }: { detail: Detail }) {
  const { t } = useLingui();
  const { id, planned } = detail.request;
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { spent: "" },
    validate: {
      spent: (text) =>
        (readAmount(text, planned.currency) ?? 0) > 0 ? null : t`Write an amount such as 25,00`,
    },
    submit: async ({ spent }, key) => {
      const { error: refusal } = await http.POST("/api/portal/funds/requests/{request_id}/claim", {
        params: { path: { request_id: id } },
        headers: { "idempotency-key": key },
        body: { spent_minor: readAmount(spent, planned.currency) ?? 0 },
      });
      if (refusal) throw refusal;
      await renew();
    },
  });
  return (
    <Panel title={<Trans>Claim what you spent</Trans>}>
      <FundProofs proofs={detail.proofs} area="portal" />
      <AddProof id={id} />
      <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14, marginTop: 14 }}>
        <ProblemAlert error={error} rest={rest} />
        <TextInput
          label={t`All that you spent in euros, VAT excluded`}
          inputMode="decimal"
          required
          {...form.getInputProps("spent")}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={pending} disabled={detail.proofs.length === 0}>
            <Trans>Claim it</Trans>
          </Button>
        </Group>
      </form>
    </Panel>
  );
}

function AddProof({ id }: { id: string }) {
  const { t } = useLingui();
  const [wrong, setWrong] = useState<string>();
  const adding = useAction(async (file: File) => {
    const { error } = await http.POST("/api/portal/funds/requests/{request_id}/proofs", {
      params: { path: { request_id: id } },
      body: await readFile(file),
    });
    if (error) throw error;
    await renew();
  });
  const add = (file: File | null) => {
    if (!file) return;
    const refused = refusedFile(file);
    setWrong(refused ? t`Send a PDF, PNG or JPEG of at most 5 MB.` : undefined);
    if (!refused) void adding.run(file);
  };
  return (
    <>
      <ProblemAlert error={adding.error} />
      {wrong ? <p role="alert">{wrong}</p> : null}
      <FileButton onChange={add} accept={DOCUMENT_TYPES.join(",")}>
        {(props) => (
          <Button
            {...props}
            variant="default"
            size="sm"
            leftSection={<IconUpload size={16} />}
            loading={adding.pending}
          >
            <Trans>Add an invoice or a picture</Trans>
          </Button>
        )}
      </FileButton>
    </>
  );
}

function Withdraw({ id }: { id: string }) {
  const { t } = useLingui();
  const [asked, setAsked] = useState(false);
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { reason: "" },
    validate: { reason: (text) => (text.trim() ? null : t`Say why: it stands beside the request`) },
    submit: async ({ reason }, key) => {
      const { error: refusal } = await http.POST("/api/portal/funds/requests/{request_id}/withdraw", {
        params: { path: { request_id: id } },
        headers: { "idempotency-key": key },
        body: { reason },
      });
      if (refusal) throw refusal;
      await renew();
    },
  });
  if (!asked) {
    return (
      <Button variant="default" size="sm" onClick={() => setAsked(true)}>
        <Trans>Withdraw this request</Trans>
      </Button>
    );
  }
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <Textarea label={t`Reason`} required maxLength={500} autosize {...form.getInputProps("reason")} />
      <Group justify="flex-end">
        <Button variant="default" onClick={() => setAsked(false)}>
          <Trans>Keep it</Trans>
        </Button>
        <Button type="submit" color="danger" loading={pending}>
          <Trans>Withdraw it</Trans>
        </Button>
      </Group>
    </form>
  );
}
