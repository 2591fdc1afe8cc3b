import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, type Schema } from "../api/client";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Choice, Days, optionsOf, Search, useFilter } from "../desk/Filters";
import { useAction } from "../desk/form";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Page } from "../desk/Page";
import { useFormat } from "../i18n/format";
import { IconShieldCheck } from "../ui/icons";
import { useActionWords } from "./actions";
import { Difference } from "./Difference";
import { ShowAll, Twice } from "./kit";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";
import { useActors } from "./words";

const route = getRouteApi("/office/audit");
const FILTERS = ["q", "who", "what", "since", "until"] as const;

export function Audit() {
  const { t } = useLingui();
  const search = route.useSearch();
  const filter = useFilter();
  const verbs = useActionWords();
  const { organisation, q: text, who, what: action, since, until, after } = search;
  const staff = api.useQuery("get", "/api/office/staff", {}, { staleTime: 300_000 });
  const partners = api.useQuery("get", "/api/office/organisations", {
    params: { query: { sells: true, limit: 200 } },
  });
  const actor = useActors(staff.data?.items ?? []);
  const query = api.useQuery(
    "get",
    "/api/office/audit",
    { params: { query: { organisation, text, actor: who, action, since, until, after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Page
      title={<Trans>Audit log</Trans>}
      about={
        <Trans>Who changed what, when, before and after. Each row is sealed by the one before it.</Trans>
      }
    >
      <Chain />
      <DataTable
        caption={t`Changes`}
        query={query}
        search={search}
        rowKey={(row) => row.number}
        filters={
          <>
            <NativeSelect
              size="sm"
              aria-label={t`Whose changes`}
              value={organisation ?? ""}
              onChange={(event) => filter({ organisation: event.currentTarget.value || undefined })}
              data={[
                { value: "", label: t`The operator’s own` },
                ...(partners.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []),
              ]}
            />
            <Search label={t`Search the log`} name="q" value={text} />
            <Choice
              label={t`Anybody`}
              name="who"
              value={who}
              options={(staff.data?.items ?? []).map(({ id, name }) => ({
                value: `person:${id}`,
                label: name,
              }))}
            />
            <Choice label={t`Anything`} name="what" value={action} options={optionsOf(verbs.words)} />
            <Days since={since} until={until} />
          </>
        }
        empty={
          FILTERS.some((name) => search[name]) ? (
            <Empty title={<Trans>Nothing matches</Trans>} action={<ShowAll names={[...FILTERS]} />}>
              <Trans>Other words, another person, or more days.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>Nothing was changed yet</Trans>}>
              <Trans>Every change of this organisation will be listed here.</Trans>
            </Empty>
          )
        }
        columns={[
          { key: "number", label: t`No.`, faint: true, cell: (row) => row.number },
          { key: "at", label: t`When`, cell: (row) => <Moment at={row.at} /> },
          { key: "who", label: t`Who`, cell: (row) => actor(row.actor) },
          {
            key: "what",
            label: t`What`,
            cell: (row) => <Twice first={verbs.say(row.action)} second={<Subject of={row.subject} />} />,
          },
          {
            key: "change",
            label: t`Before and after`,
            cell: (row) => <Difference before={row.before} after={row.after} />,
          },
        ]}
      />
    </Page>
  );
}

function Chain() {
  const { t } = useLingui();
  const f = useFormat();
  const [found, setFound] = useState<Schema["ChainCheck"]>();
  const check = useAction(async () => {
    const { data, error } = await http.GET("/api/office/audit/check");
    if (error) throw error;
    setFound(data);
  });
  return (
    <>
      <ProblemAlert error={check.error} />
      <Notice
        tone={!found ? "accent" : found.is_whole ? "good" : "bad"}
        title={
          !found ? t`Is the log whole?` : found.is_whole ? t`The log is whole` : t`The log was tampered with`
        }
        action={
          <Button
            size="sm"
            variant="default"
            loading={check.pending}
            leftSection={<IconShieldCheck size={16} />}
            onClick={() => check.run()}
          >
            {found ? <Trans>Check again</Trans> : <Trans>Check every row</Trans>}
          </Button>
        }
      >
        {!found ? (
          <Trans>The check computes the seal of every row anew and compares.</Trans>
        ) : (
          <>
            <Trans>
              Rows: {f.number(found.changes)}, chains: {f.number(found.chains)}. Checked{" "}
              <Moment at={found.checked_at} />.
            </Trans>
            {found.broken.map((link) => (
              <span key={`${link.chain}-${link.number}`} style={{ display: "block" }}>
                {t`Row ${link.number} of ${link.chain}: ${link.fault}`}
              </span>
            ))}
          </>
        )}
      </Notice>
    </>
  );
}

/** `payout:<id>` leads to the payout; what has no page is shown as it is. */
function Subject({ of }: { of: string }) {
  const f = useFormat();
  const [noun, id = ""] = of.split(":");
  if (noun === "payout")
    return (
      <Link to="/office/payouts/$payoutId" params={{ payoutId: id }}>
        {of}
      </Link>
    );
  if (noun === "organisation")
    return (
      <Link to="/office/partners/$organisationId" params={{ organisationId: id }}>
        {of}
      </Link>
    );
  if (noun === "month" && id)
    return (
      <Link to="/office/months/$month" params={{ month: id }}>
        {f.month(id)}
      </Link>
    );
  return <span className={css.code}>{of}</span>;
}
