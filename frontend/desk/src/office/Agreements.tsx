import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Schema } from "../api/client";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Facts, Page, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { IconPlus } from "../ui/icons";
import { Pill } from "../ui/Pill";
import { useFileWords } from "./fileWords";
import { useFilter } from "./kit";
import { NewAgreement } from "./NewAgreement";
import css from "./office.module.css";

const route = getRouteApi("/office/agreements");

type Agreement = Schema["AgreementView"];
type Acceptance = Schema["AcceptanceView"];

/** Every version of the agreement and of the mandate, who signed each, and a new one. */
export function Agreements() {
  const { can } = useSession();
  const { agreement } = route.useSearch();
  const query = api.useQuery("get", "/api/office/agreements");
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title={<Trans>Agreements</Trans>}
      about={<Trans>What partners sign: the agreement, and the mandate to issue their invoices.</Trans>}
      actions={
        can("office:agreement:write") ? (
          <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
            <Trans>Announce a new version</Trans>
          </Button>
        ) : undefined
      }
    >
      <Loaded query={query} height={320}>
        {({ items }) => (
          <>
            {items.map((one) => (
              <One key={one.id} one={one} now={inForce(items, one)} open={one.id === agreement} />
            ))}
            <Dialog
              opened={adding}
              onClose={() => setAdding(false)}
              title={<Trans>Announce a new version</Trans>}
              size="xl"
              closeOnClickOutside={false}
            >
              <NewAgreement known={items} onDone={() => setAdding(false)} />
            </Dialog>
          </>
        )}
      </Loaded>
    </Page>
  );
}

type Standing = "now" | "to come" | "before";

/** Of a kind, the newest version that has begun is in force. */
function inForce(all: Agreement[], one: Agreement): Standing {
  if (Date.parse(one.valid_from) > Date.now()) return "to come";
  const newer = all.some(
    (other) =>
      other.kind === one.kind && other.version > one.version && Date.parse(other.valid_from) <= Date.now(),
  );
  return newer ? "before" : "now";
}

function One({ one, now, open }: { one: Agreement; now: Standing; open: boolean }) {
  const { t, i18n } = useLingui();
  const words = useFileWords();
  const filter = useFilter();
  const [reading, setReading] = useState(false);
  const title = t`${words.kind(one.kind)}, version ${one.version}`;
  return (
    <Panel
      title={title}
      aside={
        now === "now" ? (
          <Pill tone="good">{t`In force`}</Pill>
        ) : now === "to come" ? (
          <Pill tone="accent">{t`To come`}</Pill>
        ) : (
          <Pill>{t`Replaced`}</Pill>
        )
      }
    >
      <Facts
        items={[
          [t`Begins`, <Moment key="f" at={one.valid_from} />],
          [t`Time to sign it`, t`${one.notice_days} days after it begins`],
          ...(one.contest_days
            ? [[t`An invoice may be contested for`, t`${one.contest_days} days`] as [string, string]]
            : []),
          [
            t`SHA-256, French`,
            <span key="fr" className={css.code}>
              {one.sha256_fr}
            </span>,
          ],
          [
            t`SHA-256, English`,
            <span key="en" className={css.code}>
              {one.sha256_en}
            </span>,
          ],
        ]}
      />
      <div className={css.formEnd} style={{ marginTop: 12 }}>
        <Button
          size="sm"
          variant="default"
          aria-label={t`Read it: ${title}`}
          onClick={() => setReading(true)}
        >
          <Trans>Read it</Trans>
        </Button>
        <Button
          size="sm"
          variant="default"
          aria-expanded={open}
          aria-label={t`Who signed it: ${title}`}
          onClick={() => filter({ agreement: open ? undefined : one.id })}
        >
          <Trans>Who signed it</Trans>
        </Button>
      </div>
      {open ? <Signers id={one.id} title={title} /> : null}
      <Dialog opened={reading} onClose={() => setReading(false)} title={title} size="xl">
        <p style={{ whiteSpace: "pre-wrap" }}>{i18n.locale === "fr" ? one.text_fr : one.text_en}</p>
      </Dialog>
    </Panel>
  );
}

function Signers({ id, title }: { id: string; title: string }) {
  const { t } = useLingui();
  const search = route.useSearch();
  const query = api.useQuery(
    "get",
    "/api/office/agreements/{agreement_id}/acceptances",
    { params: { path: { agreement_id: id }, query: { after: search.after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <div style={{ marginTop: 14 }}>
      <DataTable
        caption={t`Who signed ${title}`}
        columns={useColumns()}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        pageSize={3}
        empty={
          <Empty title={<Trans>Nobody has signed it yet</Trans>}>
            <Trans>Partners sign it in their portal, under “Your file”.</Trans>
          </Empty>
        }
      />
    </div>
  );
}

function useColumns(): Column<Acceptance>[] {
  const { t } = useLingui();
  return [
    {
      key: "partner",
      label: <Trans>Partner</Trans>,
      cell: (row) => (
        <Link
          className={css.link}
          to="/office/files/$organisationId"
          params={{ organisationId: row.organisation_id }}
        >
          {row.organisation}
        </Link>
      ),
    },
    { key: "name", label: <Trans>Signed by</Trans>, cell: (row) => row.name },
    {
      key: "language",
      label: <Trans>Text</Trans>,
      cell: (row) => (row.language === "fr" ? t`French` : t`English`),
    },
    {
      key: "at",
      label: <Trans>Signed</Trans>,
      cell: (row) => <Moment at={row.accepted_at} />,
      faint: true,
    },
    {
      key: "state",
      label: <Trans>State</Trans>,
      cell: (row) =>
        row.revoked_at ? (
          <Pill tone="bad">
            <Trans>Revoked</Trans>
          </Pill>
        ) : (
          <Pill tone="good">
            <Trans>Holds</Trans>
          </Pill>
        ),
    },
  ];
}
