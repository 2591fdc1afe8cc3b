import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http } from "../api/client";
import { useAction } from "../desk/form";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Facts } from "../desk/Page";
import { useSession } from "../desk/session";
import { VatCheck } from "../desk/VatCheck";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { DAY } from "../i18n/text";
import { IconDownload } from "../ui/icons";
import { type Evidence, forgetFile, said, useFileWords } from "./fileWords";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";

/** One piece of evidence: what it says, its document, and the decision on it. */
export function EvidenceReview({
  evidence,
  onClose,
}: {
  evidence: Evidence | undefined;
  onClose: () => void;
}) {
  const words = useFileWords();
  return (
    <Side opened={evidence !== undefined} onClose={onClose} title={evidence ? words.item(evidence.item) : ""}>
      {evidence ? <Inside key={evidence.id} one={evidence} onDone={onClose} /> : null}
    </Side>
  );
}

function Inside({ one, onDone }: { one: Evidence; onDone: () => void }) {
  const { t } = useLingui();
  const { can } = useSession();
  return (
    <>
      <WhatItSays one={one} />
      {one.document_id ? (
        <p>
          <Button
            component="a"
            variant="default"
            leftSection={<IconDownload size={16} />}
            href={`/api/office/documents/${one.document_id}`}
            download
          >
            {t`Download ${one.document_name ?? t`the document`}`}
          </Button>
        </p>
      ) : null}
      {one.item === "vat_number" && one.decision === null ? (
        one.check?.source === "none" ? (
          <Notice tone="warn" title={<Trans>Nobody asks VIES here: look the number up</Trans>}>
            <Trans>
              At ec.europa.eu/taxation_customs/vies, with our own number as the requester’s; then give the
              consultation number below.
            </Trans>
          </Notice>
        ) : (
          <Notice title={<Trans>VIES decides on this one</Trans>}>
            <Trans>Decide yourself only while its service is away.</Trans>
          </Notice>
        )
      ) : null}
      {one.decision === null && can("office:file:review") ? <Decide one={one} onDone={onDone} /> : null}
    </>
  );
}

function WhatItSays({ one }: { one: Evidence }) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useFileWords();
  const organisation = api.useQuery("get", "/api/office/organisations/{organisation_id}", {
    params: { path: { organisation_id: one.organisation_id } },
  });
  const known = organisation.data;
  const nobody =
    one.item === "beneficial_owners" ? t`States that nobody holds a quarter` : t`Nothing but the document`;
  return (
    <Facts
      items={[
        [
          t`Partner`,
          <Link
            key="p"
            className={css.link}
            to="/office/files/$organisationId"
            params={{ organisationId: one.organisation_id }}
          >
            {one.organisation}
          </Link>,
        ],
        [t`It says`, said(one) || nobody],
        ...(one.issued_on ? [[t`Issued on`, f.date(one.issued_on, DAY)] as [string, string]] : []),
        [t`Sent`, <Moment key="s" at={one.supplied_at} />],
        ...(one.check
          ? ([
              [t`Answer about the number`, <VatCheck key="c" check={one.check} />],
              ...(one.check.name ? [[t`Registered as`, one.check.name]] : []),
              ...(one.check.address ? [[t`Registered at`, one.check.address]] : []),
            ] as [string, React.ReactNode][])
          : []),
        ...(one.document_sha256
          ? [
              [
                t`SHA-256 of the document`,
                <span key="h" className={css.code}>
                  {one.document_sha256}
                </span>,
              ] as [string, React.ReactNode],
            ]
          : []),
        ...(known
          ? ([
              [t`Known as`, `${known.name}, ${f.country(known.country)}`],
              [t`SIREN`, known.siren ?? t`Not given`],
              [t`VAT number`, known.vat_number ?? t`Not given`],
            ] as [string, string][])
          : []),
        ...(one.decision === "accepted"
          ? [
              [t`Accepted until`, one.expires_on ? f.date(one.expires_on, DAY) : t`No end`] as [
                string,
                string,
              ],
            ]
          : []),
        ...(one.decision === "refused"
          ? [[t`Refused because`, words.reason(one.reason ?? "")] as [string, string]]
          : []),
      ]}
    />
  );
}

const PROOF = /^[A-Za-z0-9]{4,100}$/;

function Decide({ one, onDone }: { one: Evidence; onDone: () => void }) {
  const { t } = useLingui();
  const [until, setUntil] = useState("");
  const [proof, setProof] = useState("");
  const [reason, setReason] = useState("");
  const params = { path: { evidence_id: one.id } };
  const decide = useAction(async (verb: "accept" | "refuse") => {
    const { error } =
      verb === "accept"
        ? await http.POST("/api/office/evidence/{evidence_id}/accept", {
            params,
            body: { expires_on: until || null, consultation_number: proof.trim() || null },
          })
        : await http.POST("/api/office/evidence/{evidence_id}/refuse", {
            params,
            body: { reason: reason.trim() },
          });
    await forgetFile();
    if (error) throw error;
    onDone();
  });
  return (
    <div className={css.form} style={{ marginTop: 18 }}>
      <ProblemAlert error={decide.error} />
      <TextInput
        type="date"
        label={t`It holds until (left empty: as long as the rule says)`}
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
      {one.item === "vat_number" ? (
        <TextInput
          label={t`Consultation number of VIES`}
          description={t`Given when one looks a number up in our name: the proof that we asked.`}
          maxLength={100}
          error={proof.trim() && !PROOF.test(proof.trim()) ? t`Letters and digits only, four or more` : null}
          value={proof}
          onChange={(event) => setProof(event.currentTarget.value)}
        />
      ) : null}
      <div className={css.formEnd}>
        <Button
          loading={decide.pending}
          disabled={proof.trim() !== "" && !PROOF.test(proof.trim())}
          onClick={() => decide.run("accept")}
        >
          <Trans>Accept it</Trans>
        </Button>
      </div>
      <Textarea
        label={t`Why it does not count`}
        description={t`The partner reads it here and in a letter, with how to contest it.`}
        autosize
        minRows={2}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value.replaceAll("\n", " "))}
      />
      <div className={css.formEnd}>
        <Button
          color="danger"
          loading={decide.pending}
          disabled={!reason.trim()}
          onClick={() => decide.run("refuse")}
        >
          <Trans>Refuse it</Trans>
        </Button>
      </div>
    </div>
  );
}
