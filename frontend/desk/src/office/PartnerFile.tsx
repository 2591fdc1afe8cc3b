import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../api/client";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Page, Panel } from "../desk/Page";
import { VatCheck } from "../desk/VatCheck";
import { useFormat } from "../i18n/format";
import { DAY } from "../i18n/text";
import { Pill } from "../ui/Pill";
import { Decision } from "./Decision";
import { EvidenceReview } from "./EvidenceReview";
import { type Evidence, ITEM_TONES, type Item, lastDay, said, useFileWords } from "./fileWords";
import { Twice } from "./kit";
import css from "./office.module.css";
import { Restrictions } from "./Restrictions";
import { VerificationPill } from "./words";

const route = getRouteApi("/office/files/$organisationId");

/** The file of one partner: what is required, what it sent, what was decided against it. */
export function PartnerFile() {
  const { organisationId } = route.useParams();
  const path = { params: { path: { organisation_id: organisationId } } };
  const organisation = api.useQuery("get", "/api/office/organisations/{organisation_id}", path);
  const file = api.useQuery("get", "/api/office/organisations/{organisation_id}/file", path);
  const evidence = api.useQuery("get", "/api/office/organisations/{organisation_id}/evidence", path);
  const [open, setOpen] = useState<Evidence>();
  const one = organisation.data;
  const lookAt = (id: string | null) => setOpen(evidence.data?.items.find((sent) => sent.id === id));
  return (
    <Page
      title={one ? one.name : <Trans>File</Trans>}
      about={one ? <VerificationPill state={one.verification} /> : null}
    >
      <p className={css.crumb}>
        <Link to="/office/files">
          <Trans>All that waits</Trans>
        </Link>{" "}
        <Link to="/office/partners/$organisationId" params={{ organisationId }}>
          <Trans>The partner</Trans>
        </Link>
      </p>
      {one && one.verification !== "verified" ? (
        <Panel title={<Trans>Your decision</Trans>}>
          <Decision one={one} />
        </Panel>
      ) : null}
      <Loaded query={file} height={320}>
        {(data) => (
          <>
            {data.complete ? (
              <Notice
                tone={data.expiring.length ? "warn" : "good"}
                title={
                  data.expiring.length ? (
                    <Trans>Complete, to be renewed soon</Trans>
                  ) : (
                    <Trans>The file is complete</Trans>
                  )
                }
              />
            ) : one?.origin === "import" ? (
              <Notice title={<Trans>It was imported: its file holds nothing back yet</Trans>} />
            ) : (
              <Notice tone="warn" title={<Trans>The file is not complete</Trans>}>
                {data.missing.every((name) => name === "bank_holder") ? (
                  <Trans>Its payouts wait for the account at Stripe.</Trans>
                ) : (
                  <Trans>Nothing of it is on sale and its payouts wait until it is.</Trans>
                )}
              </Notice>
            )}
            <Panel title={<Trans>What is required</Trans>} flush>
              <Required items={data.items} expiring={data.expiring} onLook={lookAt} />
            </Panel>
          </>
        )}
      </Loaded>
      <h2 className={css.over}>
        <Trans>What it has sent</Trans>
      </h2>
      {evidence.data?.items.length ? (
        <p>
          <Export path={`/api/office/organisations/${organisationId}/evidence/export`} wanted={{}}>
            <Trans>Export what it has sent</Trans>
          </Export>
        </p>
      ) : null}
      <Sent query={evidence} onOpen={setOpen} />
      <Restrictions organisationId={organisationId} />
      <EvidenceReview evidence={open} onClose={() => setOpen(undefined)} />
    </Page>
  );
}

function Required({
  items,
  expiring,
  onLook,
}: {
  items: Item[];
  expiring: string[];
  onLook: (evidence: string | null) => void;
}) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useFileWords();
  if (items.length === 0)
    return (
      <Empty title={<Trans>Nothing is required of it</Trans>}>
        <Trans>Requirements follow from its roles: a mere buyer has none.</Trans>
      </Empty>
    );
  const note = (item: Item) => {
    if (item.reason) return words.reason(item.reason);
    if (!item.holds_until) return "";
    const day = f.date(lastDay(item.holds_until), DAY);
    return item.held ? t`Holds until ${day}` : t`Held until ${day}`;
  };
  return (
    <ul className={css.needs}>
      {items.map((item) => (
        <li key={item.name}>
          <b>{words.item(item.name)}</b>
          <div>
            <Pill tone={expiring.includes(item.name) ? "warn" : ITEM_TONES[item.state]}>
              {words.state(item.state)}
            </Pill>
          </div>
          <span>{note(item)}</span>
          {item.state === "supplied" && item.evidence_id ? (
            <Button size="xs" variant="default" onClick={() => onLook(item.evidence_id)}>
              <Trans>Look at it</Trans>
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function Said({ row }: { row: Evidence }) {
  return (
    <>
      {said(row) || row.document_name}
      {row.check ? <VatCheck check={row.check} /> : null}
    </>
  );
}

function Sent({
  query,
  onOpen,
}: {
  query: Parameters<typeof DataTable<Evidence>>[0]["query"];
  onOpen: (row: Evidence) => void;
}) {
  const { t } = useLingui();
  const words = useFileWords();
  const columns: Column<Evidence>[] = [
    {
      key: "item",
      label: <Trans>What</Trans>,
      cell: (row) => <Twice first={words.item(row.item)} second={<Said row={row} />} />,
    },
    {
      key: "decision",
      label: <Trans>Decision</Trans>,
      cell: (row) =>
        row.decision === "accepted" ? (
          <Pill tone="good">{t`Accepted`}</Pill>
        ) : row.decision === "refused" ? (
          <Twice first={<Pill tone="bad">{t`Refused`}</Pill>} second={words.reason(row.reason ?? "")} />
        ) : (
          <Pill tone="warn">{t`To be looked at`}</Pill>
        ),
    },
    {
      key: "at",
      label: <Trans>Sent</Trans>,
      cell: (row) => <Moment at={row.supplied_at} day />,
      faint: true,
    },
    {
      key: "open",
      label: <Trans>Details</Trans>,
      cell: (row) => (
        <Button
          size="xs"
          variant="default"
          aria-label={t`See it: ${words.item(row.item)}`}
          onClick={() => onOpen(row)}
        >
          <Trans>See it</Trans>
        </Button>
      ),
    },
  ];
  return (
    <DataTable
      caption={t`What it has sent`}
      columns={columns}
      query={query}
      rowKey={(row) => row.id}
      pageSize={3}
      empty={
        <Empty title={<Trans>It has sent nothing yet</Trans>}>
          <Trans>The partner does so in its portal, under “Your file”.</Trans>
        </Empty>
      }
    />
  );
}
