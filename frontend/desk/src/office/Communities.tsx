import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Amount } from "../desk/Amount";
import { Confirm } from "../desk/Confirm";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Export } from "../desk/Export";
import { Figure, Figures, Page } from "../desk/Page";
import { useSession } from "../desk/session";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import { Twice } from "./kit";
import { NewContribution } from "./NewContribution";
import css from "./office.module.css";

const route = getRouteApi("/office/communities");

export const forgetContributions = () =>
  queryClient.invalidateQueries({
    predicate: ({ queryKey: [, path] }) =>
      typeof path === "string" && path.startsWith("/api/office/contribution"),
  });

/** What was given to open-source communities, by level of involvement, and what came of it. */
export function Communities() {
  const { t } = useLingui();
  const f = useFormat();
  const search = route.useSearch();
  const { can } = useSession();
  const [adding, setAdding] = useState(false);
  const [gone, setGone] = useState<Schema["Contribution"]>();
  const [reason, setReason] = useState("");
  const query = api.useQuery("get", "/api/office/contributions", {
    params: { query: { after: search.after, limit: 25 } },
  });
  const told = api.useQuery("get", "/api/office/contribution-costs");
  const levels = told.data?.involvements ?? [];
  const named = (code: string) => {
    const level = levels.find((each) => each.code === code);
    return level ? (f.locale === "fr" ? level.name_fr : level.name_en) : code;
  };
  const withdraw = async (one: Schema["Contribution"]) => {
    const { error } = await http.POST("/api/office/contributions/{contribution_id}/withdrawal", {
      params: { path: { contribution_id: one.id } },
      body: { reason: reason.trim() },
    });
    if (error) throw error;
    setReason("");
    await forgetContributions();
  };
  const latest = told.data?.costs.filter(({ year }) => year === told.data?.costs[0]?.year) ?? [];
  const may = can("office:organisation:write");
  return (
    <Page
      title={<Trans>Open source</Trans>}
      about={
        <Trans>
          What we give to communities by how deeply we take part: a cost of partnerships. What is published
          stands in the store, without its cost.
        </Trans>
      }
      actions={
        <>
          <Export path="/api/office/contributions/export" wanted={{}}>
            <Trans>Export</Trans>
          </Export>
          {may ? (
            <Button size="sm" onClick={() => setAdding(true)}>
              <Trans>Record a contribution</Trans>
            </Button>
          ) : null}
        </>
      }
    >
      {latest.length > 0 ? (
        <Figures>
          {latest.map((one) => (
            <Figure
              key={`${one.involvement} ${one.cost.currency}`}
              label={`${named(one.involvement)}, ${one.year}`}
              value={f.money(one.cost)}
              note={t`Contributions: ${f.number(one.contributions)}`}
            />
          ))}
        </Figures>
      ) : null}
      <Side opened={adding} onClose={() => setAdding(false)} title={<Trans>Record a contribution</Trans>}>
        <NewContribution
          levels={levels.map(({ code }) => ({ value: code, label: named(code) }))}
          onDone={() => setAdding(false)}
        />
      </Side>
      <DataTable
        caption={t`Contributions to communities`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        empty={
          <Empty title={<Trans>Nothing was given yet</Trans>}>
            <Trans>
              Make a community a supplier of that kind under Partners, then record what you gave and what came
              of it.
            </Trans>
          </Empty>
        }
        columns={[
          {
            key: "what",
            label: t`Project`,
            cell: (row) => <Twice first={row.project} second={row.community} />,
          },
          { key: "level", label: t`Involvement`, cell: (row) => named(row.involvement) },
          {
            key: "when",
            label: t`Period`,
            faint: true,
            cell: (row) => `${f.date(row.from_on)} – ${f.date(row.to_on)}`,
          },
          {
            key: "cost",
            label: t`Cost before VAT`,
            numeric: true,
            cell: (row) => <Amount value={row.cost} strong />,
          },
          {
            key: "result",
            label: t`What came of it`,
            cell: (row) => (
              <Twice
                first={
                  row.link ? (
                    <a className={css.link} href={row.link} rel="noopener">
                      {row.result}
                    </a>
                  ) : (
                    row.result
                  )
                }
                second={row.withdrawn_reason ?? row.licence}
              />
            ),
          },
          {
            key: "state",
            label: t`State`,
            cell: (row) =>
              row.withdrawn_at ? (
                <Pill tone="warn">{t`Withdrawn`}</Pill>
              ) : row.is_public ? (
                <Pill tone="good">{t`Published`}</Pill>
              ) : (
                <Pill>{t`Not published`}</Pill>
              ),
          },
          {
            key: "act",
            label: "",
            cell: (row) =>
              may && !row.withdrawn_at ? (
                <Button
                  size="sm"
                  variant="default"
                  aria-label={t`Withdraw: ${row.project}`}
                  onClick={() => setGone(row)}
                >
                  <Trans>Withdraw</Trans>
                </Button>
              ) : null,
          },
        ]}
      />
      <Confirm
        about={gone}
        title={gone ? t`Withdraw ${gone.project}?` : ""}
        action={<Trans>Withdraw it</Trans>}
        danger
        run={withdraw}
        onClose={() => setGone(undefined)}
      >
        <p className={css.note}>
          <Trans>It counts no more and leaves the store. It stays readable here, with the reason.</Trans>
        </p>
        <Textarea
          label={t`Reason`}
          required
          autosize
          minRows={2}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value.replaceAll("\n", " "))}
        />
      </Confirm>
    </Page>
  );
}
