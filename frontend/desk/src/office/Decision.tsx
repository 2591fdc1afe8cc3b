import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, type Schema } from "../api/client";
import { Confirm } from "../desk/Confirm";
import { useAction } from "../desk/form";
import { Notice } from "../desk/Notice";
import { Facts } from "../desk/Page";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";
import { forgetFile, useFileWords } from "./fileWords";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";

type Organisation = Schema["OrganisationView"];

/** Verify it, all the same if something is missing, or do not accept it; the reason is read by it. */
export function Decision({ one }: { one: Organisation }) {
  const { t } = useLingui();
  const { can } = useSession();
  const words = useFileWords();
  const file = api.useQuery("get", "/api/office/organisations/{organisation_id}/file", {
    params: { path: { organisation_id: one.id } },
  });
  const [verifying, setVerifying] = useState<Organisation>();
  const [refusing, setRefusing] = useState(false);
  if (one.verification === "verified") return null;
  // The account at Stripe may come later; who was imported has no file yet.
  const lacking =
    one.origin === "import" ? [] : (file.data?.missing ?? []).filter((name) => name !== "bank_holder");
  return (
    <div style={{ marginTop: 14 }}>
      {one.refused_because ? (
        <Notice tone="bad" title={t`Not accepted`}>
          {one.refused_because}
        </Notice>
      ) : null}
      {lacking.length > 0 ? (
        <Notice
          tone="warn"
          title={t`Its file is not complete`}
          action={
            <Link className={css.link} to="/office/files/$organisationId" params={{ organisationId: one.id }}>
              <Trans>Look at its file</Trans>
            </Link>
          }
        >
          {t`Missing: ${lacking.map(words.item).join(", ")}.`}
        </Notice>
      ) : null}
      {!can("office:organisation:write") ? null : refusing ? (
        <Refuse one={one} onClose={() => setRefusing(false)} />
      ) : (
        <div className={css.formEnd}>
          <Button
            variant={lacking.length > 0 ? "default" : "filled"}
            disabled={file.isPending}
            onClick={() => setVerifying(one)}
          >
            {lacking.length > 0 ? (
              <Trans>Verify it all the same</Trans>
            ) : (
              <Trans>Its identity is checked</Trans>
            )}
          </Button>
          {one.verification === "unverified" ? (
            <Button variant="default" onClick={() => setRefusing(true)}>
              <Trans>Do not accept</Trans>
            </Button>
          ) : null}
        </div>
      )}
      <Verify one={verifying} lacking={lacking} onClose={() => setVerifying(undefined)} />
    </div>
  );
}

function Verify({
  one,
  lacking,
  onClose,
}: {
  one: Organisation | undefined;
  lacking: string[];
  onClose: () => void;
}) {
  const { t } = useLingui();
  const f = useFormat();
  const [reason, setReason] = useState("");
  const name = one?.name ?? "";
  const verify = async ({ id }: Organisation) => {
    const params = { path: { organisation_id: id } };
    const { error } =
      lacking.length > 0
        ? await http.POST("/api/office/organisations/{organisation_id}/verify-despite", {
            params,
            body: { reason: reason.trim() },
          })
        : await http.POST("/api/office/organisations/{organisation_id}/verify", { params });
    await forgetFile();
    if (error) throw error;
  };
  return (
    <Confirm
      about={one}
      title={t`Is the identity of ${name} checked?`}
      action={<Trans>Yes, it is checked</Trans>}
      run={verify}
      onClose={onClose}
    >
      <p className={css.note}>
        {lacking.length > 0 ? (
          <Trans>
            Its file is not complete: nothing of it is on sale and nothing is paid until it is. You say that
            you compared these with the public register:
          </Trans>
        ) : (
          <Trans>
            It can be paid and its listings can go on sale from then on. You say that you compared these with
            the public register:
          </Trans>
        )}
      </p>
      <Facts
        items={[
          [t`Name`, name],
          [t`Country`, one ? f.country(one.country) : ""],
          [t`SIREN`, one?.siren ?? t`Not given`],
          [t`VAT number`, one?.vat_number ?? t`Not given`],
        ]}
      />
      {lacking.length > 0 ? (
        <Textarea
          label={t`Why you verify it all the same`}
          description={t`Kept in the audit log.`}
          required
          autosize
          minRows={2}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value.replaceAll("\n", " "))}
        />
      ) : null}
    </Confirm>
  );
}

function Refuse({ one, onClose }: { one: Organisation; onClose: () => void }) {
  const { t } = useLingui();
  const [reason, setReason] = useState("");
  const refuse = useAction(async () => {
    const { error } = await http.POST("/api/office/organisations/{organisation_id}/refuse", {
      params: { path: { organisation_id: one.id } },
      body: { reason: reason.trim() },
    });
    await forgetFile();
    if (error) throw error;
    onClose();
  });
  return (
    <div className={css.form}>
      <ProblemAlert error={refuse.error} />
      <Textarea
        label={t`Why it is not accepted`}
        description={t`The organisation reads this sentence.`}
        autosize
        minRows={2}
        maxLength={500}
        required
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value.replaceAll("\n", " "))}
      />
      <div className={css.formEnd}>
        <Button
          color="danger"
          loading={refuse.pending}
          disabled={!reason.trim()}
          onClick={() => refuse.run()}
        >
          {t`Do not accept ${one.name}`}
        </Button>
        <Button variant="default" onClick={onClose}>
          <Trans>Not now</Trans>
        </Button>
      </div>
    </div>
  );
}
