import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../api/client";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { EvidenceReview } from "./EvidenceReview";
import { type Evidence, said, useFileWords } from "./fileWords";
import { Twice } from "./kit";
import css from "./office.module.css";

const route = getRouteApi("/office/files/");

/** Evidence that nobody decided on yet, of all partners, the oldest first. */
export function Files() {
  const { t } = useLingui();
  const search = route.useSearch();
  const [open, setOpen] = useState<Evidence>();
  const query = api.useQuery(
    "get",
    "/api/office/evidence",
    { params: { query: { after: search.after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Page
      title={<Trans>Files</Trans>}
      about={
        <Trans>
          What partners sent to be looked at, the oldest first. What VIES decides stands here too.
        </Trans>
      }
    >
      <DataTable
        caption={t`Evidence to be looked at`}
        columns={useColumns(setOpen)}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        isOpen={(row) => row.id === open?.id}
        empty={
          <Empty title={<Trans>Nothing waits to be looked at</Trans>}>
            <Trans>
              What a partner sends appears here. Its whole file is on its own page, under Partners.
            </Trans>
          </Empty>
        }
      />
      <EvidenceReview evidence={open} onClose={() => setOpen(undefined)} />
    </Page>
  );
}

function useColumns(onOpen: (row: Evidence) => void): Column<Evidence>[] {
  const { t } = useLingui();
  const words = useFileWords();
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
    {
      key: "item",
      label: <Trans>What</Trans>,
      cell: (row) => <Twice first={words.item(row.item)} second={said(row) || row.document_name} />,
    },
    { key: "at", label: <Trans>Sent</Trans>, cell: (row) => <Moment at={row.supplied_at} />, faint: true },
    {
      key: "open",
      label: <Trans>Decision</Trans>,
      cell: (row) => (
        <Button
          size="xs"
          variant="default"
          aria-label={t`Look at it: ${words.item(row.item)}, ${row.organisation}`}
          onClick={() => onOpen(row)}
        >
          <Trans>Look at it</Trans>
        </Button>
      ),
    },
  ];
}
