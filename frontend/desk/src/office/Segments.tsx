import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { type Column, DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { useAction } from "../desk/form";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { Page } from "../desk/Page";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { Pill } from "../ui/Pill";
import { CheckSegment, type Declared } from "./CheckSegment";
import { Twice } from "./kit";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";
import { useRelationWords } from "./relationWords";
import { useWords } from "./words";

const route = getRouteApi("/office/segments");
type Segment = Schema["SegmentView"];

/** Who manages the customers of each segment, and whose segment nobody has confirmed. */
export function Segments() {
  const { t } = useLingui();
  const [changing, setChanging] = useState<Segment>();
  const words = useWords();
  const query = api.useQuery("get", "/api/office/segments");
  return (
    <Page
      title={<Trans>Segments</Trans>}
      about={<Trans>Who manages the customers of each, and who says to be in one.</Trans>}
    >
      <DataTable
        caption={t`The rule of each segment`}
        columns={useColumns(setChanging)}
        query={query}
        rowKey={(one) => one.segment}
        pageSize={7}
        empty={<Empty title={<Trans>No segment</Trans>}>{null}</Empty>}
      />
      <ToConfirm />
      <Dialog
        opened={changing !== undefined}
        onClose={() => setChanging(undefined)}
        title={t`Who manages: ${changing ? words.segment(changing.segment) : ""}`}
      >
        {changing ? <ChangeRule one={changing} onClose={() => setChanging(undefined)} /> : null}
      </Dialog>
    </Page>
  );
}

function useColumns(change: (one: Segment) => void): Column<Segment>[] {
  const { t } = useLingui();
  const f = useFormat();
  const { can } = useSession();
  const words = useWords();
  const kinds = useRelationWords();
  const may = can("office:organisation:write");
  return [
    { key: "segment", label: t`Segment`, cell: (one) => <b>{words.segment(one.segment)}</b> },
    {
      key: "relation",
      label: t`Its customers`,
      cell: (one) => (
        <Twice
          first={kinds.relations[one.relation]}
          second={one.reason ? t`${one.reason} (${f.date(one.since)})` : t`As delivered`}
        />
      ),
    },
    {
      key: "organisations",
      label: t`Organisations`,
      numeric: true,
      cell: (one) => f.number(one.organisations),
    },
    {
      key: "unconfirmed",
      label: t`To be confirmed`,
      numeric: true,
      cell: (one) =>
        one.unconfirmed && one.offers ? (
          <Pill tone="warn">{f.number(one.unconfirmed)}</Pill>
        ) : (
          f.number(one.unconfirmed)
        ),
    },
    { key: "offers", label: t`Offers for it`, numeric: true, cell: (one) => f.number(one.offers) },
    ...(may
      ? [
          {
            key: "change",
            label: t`Rule`,
            cell: (one: Segment) => (
              <Button size="compact-sm" variant="default" onClick={() => change(one)}>
                <Trans>Change</Trans>
                <span className="sr"> {words.segment(one.segment)}</span>
              </Button>
            ),
          },
        ]
      : []),
  ];
}

function ChangeRule({ one, onClose }: { one: Segment; onClose: () => void }) {
  const { t } = useLingui();
  const { relations } = useRelationWords();
  const [relation, setRelation] = useState(one.relation);
  const [reason, setReason] = useState("");
  const doing = useAction(async () => {
    const { error } = await http.POST("/api/office/segments/{segment}/rule", {
      params: { path: { segment: one.segment } },
      body: { relation, reason: reason.trim() },
    });
    if (error) throw error;
    await queryClient.invalidateQueries({ queryKey: ["get"] });
    onClose();
  });
  const ready = relation !== one.relation && reason.trim() !== "";
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) doing.run();
      }}
    >
      <ProblemAlert error={doing.error} />
      <NativeSelect
        label={t`Its customers`}
        value={relation}
        onChange={(event) => setRelation(event.currentTarget.value as Segment["relation"])}
        data={[
          { value: "self_service", label: relations.self_service },
          { value: "account_managed", label: relations.account_managed },
        ]}
      />
      <TextInput
        label={t`Reason`}
        description={t`It is kept with the change.`}
        required
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Notice title={t`Orders keep whom they found`}>
        <Trans>It counts from now on, for customers of whom nothing else was decided.</Trans>
      </Notice>
      <div className={css.formEnd}>
        <Button type="submit" loading={doing.pending} disabled={!ready}>
          <Trans>Decide it</Trans>
        </Button>
        <Button variant="default" onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </form>
  );
}

/** Those whose segment is only what they say, oldest first. */
function ToConfirm() {
  const { t } = useLingui();
  const words = useWords();
  const { can } = useSession();
  const search = route.useSearch();
  const [checking, setChecking] = useState<Declared>();
  const query = api.useQuery(
    "get",
    "/api/office/organisations",
    { params: { query: { segment_confirmed: false, after: search.after, limit: 25 } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <>
      <h2 className={css.over}>{t`Segments to be confirmed`}</h2>
      <DataTable
        caption={t`Segments to be confirmed`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        note={t`Offers for some segments only are hidden from them until then.`}
        empty={
          <Empty title={<Trans>Every segment is confirmed</Trans>}>
            <Trans>Who signs up says its segment itself, and stands here until you have checked it.</Trans>
          </Empty>
        }
        columns={[
          {
            key: "name",
            label: t`Organisation`,
            cell: (row) => (
              <Twice
                first={
                  <Link
                    className={css.link}
                    to="/office/partners/$organisationId"
                    params={{ organisationId: row.id }}
                  >
                    {row.name}
                  </Link>
                }
                second={row.siren ?? row.reference}
              />
            ),
          },
          { key: "segment", label: t`Declared`, cell: (row) => words.segment(row.segment) },
          { key: "since", label: t`Since`, faint: true, cell: (row) => <Moment at={row.created_at} day /> },
          {
            key: "check",
            label: t`Check`,
            cell: (row) =>
              can("office:organisation:write") ? (
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => setChecking({ id: row.id, name: row.name, segment: row.segment })}
                >
                  <Trans>Check it</Trans>
                  <span className="sr"> {row.name}</span>
                </Button>
              ) : null,
          },
        ]}
      />
      <CheckSegment one={checking} onClose={() => setChecking(undefined)} />
    </>
  );
}
