import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, type Schema } from "../api/client";
import { Confirm } from "../desk/Confirm";
import { DataTable } from "../desk/DataTable";
import { Empty } from "../desk/Empty";
import { Moment } from "../desk/Moment";
import { Page } from "../desk/Page";
import { useSession } from "../desk/session";
import { Choice, ShowAll, Twice } from "./kit";
import css from "./office.module.css";
import own from "./programmes.module.css";
import { ApplicationPill, useProgrammeWords } from "./programmeWords";
import { forgetProgrammes, useProgrammes } from "./useProgramme";

const route = getRouteApi("/office/programmes/applications");

type Decision = { verb: "accept" | "refuse"; application: Schema["ApplicationView"] };

/** Who wants into which programme; each answer has a reason that the partner reads. */
export function Applications() {
  const { t } = useLingui();
  const search = route.useSearch();
  const { can } = useSession();
  const words = useProgrammeWords();
  const { data: programmes } = useProgrammes();
  const [asked, setAsked] = useState<Decision>();
  const [reason, setReason] = useState("");
  const query = api.useQuery(
    "get",
    "/api/office/programme-applications",
    {
      params: {
        query: {
          application_state: search.state,
          programme: search.programme,
          after: search.after,
          limit: 25,
        },
      },
    },
    { placeholderData: keepPreviousData },
  );
  const named = (code: string) => {
    const found = programmes?.find(({ programme }) => programme.code === code)?.programme;
    return found ? words.named(found) : code;
  };
  const decide = async ({ verb, application }: Decision) => {
    const { error } = await http.POST(`/api/office/programme-applications/{application_id}/${verb}`, {
      params: { path: { application_id: application.id } },
      body: { reason: reason.trim() },
    });
    if (error) throw error;
    await forgetProgrammes();
  };
  const filtered = search.state !== undefined || search.programme !== undefined;
  return (
    <Page
      title={<Trans>Applications</Trans>}
      about={
        <Trans>Partners ask to be in a programme. Each answer has its reason, and goes by letter.</Trans>
      }
    >
      <p className={css.crumb}>
        <Link to="/office/programmes">
          <Trans>All programmes</Trans>
        </Link>
      </p>
      <DataTable
        caption={t`Applications`}
        query={query}
        search={search}
        rowKey={(row) => row.id}
        filters={
          <>
            <Choice label={t`Every state`} name="state" value={search.state} options={words.states} />
            <Choice
              label={t`Every programme`}
              name="programme"
              value={search.programme}
              options={Object.fromEntries(
                (programmes ?? []).map(({ programme }) => [programme.code, words.named(programme)]),
              )}
            />
          </>
        }
        empty={
          filtered ? (
            <Empty
              title={<Trans>No application is like that</Trans>}
              action={<ShowAll names={["state", "programme"]} />}
            >
              <Trans>Choose another state or programme, or all.</Trans>
            </Empty>
          ) : (
            <Empty title={<Trans>Nobody has applied yet</Trans>}>
              <Trans>Partners apply in the portal, under “Programme”.</Trans>
            </Empty>
          )
        }
        columns={[
          {
            key: "who",
            label: t`Partner`,
            cell: (row) => (
              <Twice
                first={
                  <Link
                    className={css.link}
                    to="/office/programmes/$programme/members/$organisationId"
                    params={{ programme: row.programme, organisationId: row.organisation_id }}
                  >
                    {row.organisation_name}
                  </Link>
                }
                second={named(row.programme)}
              />
            ),
          },
          {
            key: "words",
            label: t`What it says`,
            cell: (row) => <span className={own.said}>{row.message || t`Nothing`}</span>,
          },
          { key: "at", label: t`Asked`, faint: true, cell: (row) => <Moment at={row.applied_at} day /> },
          {
            key: "state",
            label: t`State`,
            cell: (row) => (
              <Twice first={<ApplicationPill state={row.state} />} second={row.reason ?? undefined} />
            ),
          },
          {
            key: "decide",
            label: <span className="sr">{t`Decide`}</span>,
            cell: (row) =>
              row.state === "open" && can("office:programme:write") ? (
                <span className={own.pair}>
                  <Button
                    size="sm"
                    aria-label={t`Accept ${row.organisation_name}`}
                    onClick={() => {
                      setReason("");
                      setAsked({ verb: "accept", application: row });
                    }}
                  >
                    <Trans>Accept</Trans>
                  </Button>
                  <Button
                    size="sm"
                    variant="default"
                    aria-label={t`Refuse ${row.organisation_name}`}
                    onClick={() => {
                      setReason("");
                      setAsked({ verb: "refuse", application: row });
                    }}
                  >
                    <Trans>Refuse</Trans>
                  </Button>
                </span>
              ) : null,
          },
        ]}
      />
      <Confirm
        about={asked}
        title={
          asked?.verb === "refuse"
            ? t`Refuse ${asked.application.organisation_name}?`
            : t`Accept ${asked?.application.organisation_name ?? ""}?`
        }
        action={asked?.verb === "refuse" ? <Trans>Refuse and write</Trans> : <Trans>Accept and write</Trans>}
        danger={asked?.verb === "refuse"}
        run={decide}
        onClose={() => setAsked(undefined)}
      >
        <p className={css.note}>
          {asked?.verb === "refuse" ? (
            <Trans>The partner reads why, may contest it, and may apply again.</Trans>
          ) : (
            <Trans>
              From now on it holds the lowest level of {named(asked?.application.programme ?? "")}.
            </Trans>
          )}
        </p>
        <Textarea
          label={t`Reason, which the partner reads`}
          required
          autosize
          minRows={2}
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value.replaceAll("\n", " "))}
        />
      </Confirm>
    </Page>
  );
}
