import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { useDeskForm } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { IconPlus } from "../ui/icons";
import { Pill } from "../ui/Pill";
import { PublishKit } from "./PublishKit";
import { useProgrammes } from "./useProgramme";

type Document = Schema["KitDocumentView"];
export const rereadKit = () => queryClient.invalidateQueries({ queryKey: ["get", "/api/office/kit"] });

/** What partners sell with: every version of each document, for whom, and who had it. */
export function SalesKit() {
  const { t, i18n } = useLingui();
  const { can } = useSession();
  const programmes = useProgrammes();
  const query = api.useQuery("get", "/api/office/kit");
  const [open, setOpen] = useState<{ way: "publish" | "downloads" | "withdraw"; of?: Document }>();
  const close = () => setOpen(undefined);
  const publish = can("office:programme:write") ? (
    <Button
      size="sm"
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => setOpen({ way: "publish" })}
    >
      <Trans>Publish a document</Trans>
    </Button>
  ) : undefined;
  const roles: Record<NonNullable<Document["role"]>, string> = {
    isv: t`Editors`,
    vai: t`Integrators`,
    wholesaler: t`Wholesalers`,
    reseller: t`Resellers`,
    startup: t`Start-ups`,
  };
  const isReplaced = (row: Document) =>
    query.data?.items.some(
      ({ code, language, version }) =>
        code === row.code && language === row.language && version > row.version,
    );
  // The code stands where the programme is not known to this reader.
  const named = ({ programme, level }: Document) => {
    const of = programmes.data?.find((one) => one.programme.code === programme)?.programme;
    const at = of?.levels.find(({ code }) => code === level);
    const name = (one: { name_fr: string; name_en: string }) =>
      i18n.locale === "fr" ? one.name_fr : one.name_en;
    return [of ? name(of) : programme, at ? name(at) : level];
  };
  const columns: Column<Document>[] = [
    {
      key: "title",
      label: t`Document`,
      cell: (row) => (
        <span>
          <b style={{ overflowWrap: "anywhere" }}>{row.title}</b>
          <br />
          <small>{t`${row.code}, version ${row.version}, ${row.language}`}</small>
        </span>
      ),
    },
    {
      key: "for",
      label: t`For`,
      cell: (row) => [row.role && roles[row.role], ...named(row)].filter(Boolean).join(" · ") || t`All types`,
    },
    { key: "published", label: t`Published`, cell: (row) => <Moment at={row.published_at} /> },
    {
      key: "state",
      label: t`State`,
      cell: (row) =>
        row.withdrawn_at ? (
          <Pill tone="bad">{t`Withdrawn`}</Pill>
        ) : isReplaced(row) ? (
          <Pill>{t`Replaced`}</Pill>
        ) : (
          <Pill tone="good">{t`In force`}</Pill>
        ),
    },
    {
      key: "downloads",
      label: t`Downloads`,
      numeric: true,
      cell: (row) => (
        <Button
          size="compact-sm"
          variant="subtle"
          aria-label={t`Who downloaded ${row.title}, version ${row.version}`}
          onClick={() => setOpen({ way: "downloads", of: row })}
        >
          {row.downloads}
        </Button>
      ),
    },
    {
      key: "act",
      label: t`Action`,
      cell: (row) =>
        row.withdrawn_at || !can("office:programme:write") ? null : (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t`Withdraw ${row.title}, version ${row.version}`}
            onClick={() => setOpen({ way: "withdraw", of: row })}
          >
            <Trans>Withdraw</Trans>
          </Button>
        ),
    },
  ];
  return (
    <Page
      title={<Trans>Sales kit</Trans>}
      about={<Trans>What partners’ sales people sell with: by type, programme and level.</Trans>}
      actions={publish}
    >
      <DataTable
        caption={t`Documents of the sales kit`}
        columns={columns}
        query={query}
        rowKey={(row) => row.id}
        empty={
          <Empty title={<Trans>No document yet</Trans>} action={publish}>
            <Trans>Publish a presentation, a price sheet or a text: partners find it in their portal.</Trans>
          </Empty>
        }
      />
      <Dialog
        opened={open !== undefined}
        onClose={close}
        title={
          open?.way === "downloads"
            ? t`Who had ${open.of?.title ?? ""}`
            : open?.way === "withdraw"
              ? t`Withdraw ${open.of?.title ?? ""}?`
              : t`Publish a document`
        }
      >
        {open?.way === "publish" ? <PublishKit onDone={close} /> : null}
        {open?.way === "downloads" && open.of ? <Had document={open.of} /> : null}
        {open?.way === "withdraw" && open.of ? <Withdraw document={open.of} onDone={close} /> : null}
      </Dialog>
    </Page>
  );
}

function Had({ document }: { document: Document }) {
  const { t } = useLingui();
  const query = api.useQuery("get", "/api/office/kit/{document_id}/downloads", {
    params: { path: { document_id: document.id } },
  });
  return (
    <Loaded query={query} height={160}>
      {({ items }) =>
        items.length === 0 ? (
          <p>{t`Nobody has downloaded it yet.`}</p>
        ) : (
          <ul style={{ margin: 0, paddingLeft: 18 }}>
            {items.map((one) => (
              <li key={`${one.by}${one.at}`}>
                {one.by}, {one.organisation}: <Moment at={one.at} />
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function Withdraw({ document, onDone }: { document: Document; onDone: () => void }) {
  const { t } = useLingui();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: { reason: "" },
    validate: { reason: (text) => (text.trim() ? null : t`Say why`) },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/office/kit/{document_id}/withdraw", {
        params: { path: { document_id: document.id } },
        headers: { "idempotency-key": key },
        body: values,
      });
      await rereadKit();
      if (error) throw error;
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <p style={{ margin: 0 }}>
        <Trans>Nobody downloads it any more, and the version before is not shown again.</Trans>
      </p>
      <Textarea
        label={t`Why`}
        required
        maxLength={1000}
        autosize
        minRows={2}
        {...form.getInputProps("reason")}
      />
      <Button type="submit" color="danger" loading={pending}>
        <Trans>Withdraw the document</Trans>
      </Button>
    </form>
  );
}
