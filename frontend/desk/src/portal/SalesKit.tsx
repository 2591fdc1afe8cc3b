import { Trans, useLingui } from "@lingui/react/macro";
import { api, type Schema } from "../api/client";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { fileSize } from "../desk/fileSize";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";

type Document = Schema["KitDocumentView"];

/** What the operator gives its partners' sales people to sell with. */
export function SalesKit() {
  const { t, i18n } = useLingui();
  const query = api.useQuery("get", "/api/portal/kit");
  const columns: Column<Document>[] = [
    {
      key: "title",
      label: t`Document`,
      cell: (row) => (
        <span>
          <b style={{ overflowWrap: "anywhere" }}>{row.title}</b>
          <br />
          <small>{t`Version ${row.version}`}</small>
        </span>
      ),
    },
    {
      key: "language",
      label: t`Language`,
      cell: (row) => (row.language === "fr" ? t`French` : t`English`),
    },
    { key: "size", label: t`Size`, cell: (row) => fileSize(row.size, i18n.locale), faint: true },
    { key: "published", label: t`Published`, cell: (row) => <Moment at={row.published_at} /> },
    { key: "downloads", label: t`Downloaded by you`, cell: (row) => row.downloads, numeric: true },
    {
      key: "file",
      label: t`File`,
      cell: (row) => (
        <a
          href={`/api/portal/kit/${row.id}`}
          download
          aria-label={t`Download ${row.title}`}
          style={{ display: "inline-block", minHeight: 24 }}
          onClick={() => setTimeout(() => query.refetch(), 1500)}
        >
          <Trans>Download</Trans>
        </a>
      ),
    },
  ];
  return (
    <Page
      title={<Trans>Sales kit</Trans>}
      about={<Trans>Presentations, price sheets and texts to sell with, always the version in force.</Trans>}
    >
      <DataTable
        caption={t`Your sales kit`}
        columns={columns}
        query={query}
        rowKey={(row) => row.id}
        empty={
          <Empty title={<Trans>Nothing in your kit yet</Trans>}>
            <Trans>What we publish for your type and level stands here. A higher level may give more.</Trans>
          </Empty>
        }
      />
    </Page>
  );
}
