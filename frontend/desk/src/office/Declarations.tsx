import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { isProblem, splitProblem } from "../api/problem";
import { DeclarationPill, useDeclaredKinds } from "../desk/certificates";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { useAction } from "../desk/form";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Facts } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { useSession } from "../desk/session";
import { Tabs } from "../desk/Tabs";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { ShowAll, Twice, useFilter } from "./kit";
import css from "./office.module.css";

type ToCheck = Schema["DeclarationToCheck"];
type State = Schema["DeclarationView"]["state"];
const route = getRouteApi("/office/people");

/** What waits for its check, and what was found of the rest. */
export function Declarations() {
  const { t } = useLingui();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = useFilter();
  const kinds = useDeclaredKinds();
  const state = search.state ?? "open";
  const query = api.useQuery(
    "get",
    "/api/office/declarations",
    {
      params: {
        query: { declaration_state: state === "all" ? null : state, after: search.after, limit: 25 },
      },
    },
    { placeholderData: keepPreviousData },
  );
  const open = query.data?.items.find((each) => each.declaration.id === search.declaration);
  return (
    <>
      <DataTable
        caption={t`Declarations`}
        query={query}
        search={search}
        rowKey={(row) => row.declaration.id}
        isOpen={(row) => row.declaration.id === search.declaration}
        filters={
          <Tabs<State | "all">
            label={t`State`}
            value={state}
            onChange={(wanted) => filter({ state: wanted === "open" ? undefined : wanted })}
            items={[
              { value: "open", label: t`To be checked` },
              { value: "accepted", label: t`Accepted` },
              { value: "refused", label: t`Not accepted` },
              { value: "all", label: t`Every state` },
            ]}
          />
        }
        empty={
          state === "open" ? (
            <Empty title={<Trans>Nothing waits to be checked</Trans>}>
              <Trans>Partners declare certificates, references and trainings in the portal.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>Nothing in this state</Trans>} action={<ShowAll names={["state"]} />}>
              <Trans>Choose another state.</Trans>
            </Empty>
          )
        }
        columns={[
          {
            key: "what",
            label: t`Declared`,
            cell: ({ declaration }) => (
              <Twice
                first={
                  <Link
                    className={css.link}
                    to="/office/people"
                    search={{ ...search, declaration: declaration.id }}
                    resetScroll={false}
                  >
                    {declaration.title}
                  </Link>
                }
                second={kinds[declaration.kind]}
              />
            ),
          },
          { key: "who", label: t`Person`, cell: ({ declaration }) => declaration.person_name ?? "–" },
          { key: "whose", label: t`Partner`, cell: (row) => row.organisation_name },
          {
            key: "state",
            label: t`State`,
            cell: ({ declaration }) => <DeclarationPill state={declaration.state} />,
          },
          {
            key: "at",
            label: t`Sent`,
            faint: true,
            cell: ({ declaration }) => <Moment at={declaration.declared_at} day />,
          },
        ]}
      />
      <Side
        opened={open !== undefined}
        onClose={() =>
          navigate({ search: (old) => ({ ...old, declaration: undefined }), resetScroll: false })
        }
        title={open?.declaration.title ?? ""}
      >
        {open ? <Inside key={open.declaration.id} row={open} /> : null}
      </Side>
    </>
  );
}

function Inside({ row }: { row: ToCheck }) {
  const { t } = useLingui();
  const f = useFormat();
  const kinds = useDeclaredKinds();
  const { can } = useSession();
  const { declaration } = row;
  const elsewhere = row.works_at_id !== null && row.works_at_id !== row.organisation_id;
  const there = row.works_at_name ?? "";
  return (
    <>
      <p style={{ margin: "0 0 14px" }}>
        <DeclarationPill state={declaration.state} />
      </p>
      {declaration.state === "open" && elsewhere ? (
        <Notice tone="warn" title={t`As far as we know this person works for ${there}`}>
          <Trans>Accepting moves the person, with every certificate, from the day named below.</Trans>
        </Notice>
      ) : null}
      <Facts
        items={[
          [
            t`Partner`,
            <Link
              key="p"
              className={css.link}
              to="/office/partners/$organisationId"
              params={{ organisationId: row.organisation_id }}
            >
              {row.organisation_name}
            </Link>,
          ],
          [t`Kind`, kinds[declaration.kind]],
          ...(declaration.person_name
            ? ([
                [t`Person`, declaration.person_name],
                [t`Address`, declaration.person_email],
                [t`Works there since`, declaration.works_from ? f.date(declaration.works_from) : "–"],
              ] as [string, string | null][])
            : []),
          [t`Dated`, f.date(declaration.from_on)],
          [t`Last day`, declaration.expires_on ? f.date(declaration.expires_on) : t`No end`],
          [t`Shown by`, declaration.evidence],
          ...(declaration.reason ? ([[t`Reason`, declaration.reason]] as [string, string][]) : []),
        ]}
      />
      {declaration.state === "open" && can("office:programme:write") ? <Decision row={row} /> : null}
    </>
  );
}

const forget = () =>
  Promise.all(
    ["/api/office/declarations", "/api/office/certified-people", "/api/office/overview"].map((path) =>
      queryClient.invalidateQueries({ queryKey: ["get", path] }),
    ),
  );

/** Accepting or not, with the reason, which the partner reads. */
function Decision({ row }: { row: ToCheck }) {
  const { t } = useLingui();
  const [reason, setReason] = useState("");
  const decide = useAction(async (verb: "accept" | "refuse") => {
    const { error } = await http.POST(`/api/office/declarations/{declaration_id}/${verb}`, {
      params: { path: { declaration_id: row.declaration.id } },
      body: { reason: reason.replace(/\s+/g, " ").trim() },
    });
    if (error) throw error;
    await forget();
  });
  const refused = isProblem(decide.error) ? splitProblem(decide.error, ["reason"]) : undefined;
  return (
    <div className={css.form} style={{ marginTop: 18 }}>
      <ProblemAlert error={decide.error} rest={refused?.rest ?? []} />
      <Textarea
        label={t`The reason`}
        description={t`The partner reads it in the portal and in a letter.`}
        required
        autosize
        minRows={2}
        maxLength={1000}
        value={reason}
        error={refused?.fields.reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className={css.formEnd}>
        <Button
          variant="default"
          loading={decide.pending}
          disabled={!reason.trim()}
          onClick={() => decide.run("refuse")}
        >
          <Trans>Do not accept</Trans>
        </Button>
        <Button loading={decide.pending} disabled={!reason.trim()} onClick={() => decide.run("accept")}>
          <Trans>Accept: it counts</Trans>
        </Button>
      </div>
    </div>
  );
}
