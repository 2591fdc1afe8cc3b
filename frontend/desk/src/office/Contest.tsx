import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Select, Textarea } from "@mantine/core";
import { useState } from "react";
import { api, http, queryClient } from "../api/client";
import { isProblem, splitProblem } from "../api/problem";
import { type Contest as Contested, ContestSaid, useContestMeans } from "../desk/contests";
import { useAction } from "../desk/form";
import { Panel } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { useSession } from "../desk/session";
import css from "./office.module.css";

const CONTEST = "/api/office/statements/{statement_id}/contest";

/** What the partner said of its statement; whoever may, answers it here. */
export function Contest({ statementId }: { statementId: string }) {
  const { can } = useSession();
  const { data } = api.useQuery("get", CONTEST, { params: { path: { statement_id: statementId } } });
  if (!data?.contest) return null;
  return (
    <Panel title={<Trans>The partner contests this statement</Trans>}>
      <ContestSaid contest={data.contest} />
      {data.contest.state === "waiting" && can("office:settlement:answer") ? (
        <Answer contest={data.contest} />
      ) : null}
    </Panel>
  );
}

const forget = () =>
  Promise.all(
    [CONTEST, "/api/office/contests", "/api/office/overview"].map((path) =>
      queryClient.invalidateQueries({ queryKey: ["get", path] }),
    ),
  );

/** Yes, and how it is put right, or no; with the reason, which the partner reads. */
function Answer({ contest }: { contest: Contested }) {
  const { t } = useLingui();
  const words = useContestMeans();
  const [reason, setReason] = useState("");
  const [means, setMeans] = useState<keyof typeof words | null>(null);
  const params = { path: { contest_id: contest.id } };
  const body = { reason: reason.trim() };
  const accept = async (by: keyof typeof words) =>
    await http.POST("/api/office/contests/{contest_id}/accept", { params, body: { ...body, means: by } });
  const refuse = async () => await http.POST("/api/office/contests/{contest_id}/refuse", { params, body });
  const answer = useAction(async (by: keyof typeof words | null) => {
    const { error } = by ? await accept(by) : await refuse();
    if (error) throw error;
    await forget();
  });
  const refused = isProblem(answer.error) ? splitProblem(answer.error, ["reason"]) : undefined;
  return (
    <div className={css.form} style={{ marginTop: 18 }}>
      <ProblemAlert error={answer.error} rest={refused?.rest ?? []} />
      <Textarea
        label={t`The reason`}
        description={t`The partner reads it in the portal and in a letter.`}
        required
        autosize
        minRows={2}
        maxLength={2000}
        value={reason}
        error={refused?.fields.reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Select
        label={t`If the partner is right: how is it put right?`}
        description={t`The closed statement never changes: write this line in an open month, under Sales or Charges.`}
        placeholder={t`Choose the line`}
        data={Object.entries(words).map(([value, label]) => ({ value, label }))}
        value={means}
        onChange={(value) => setMeans(value as keyof typeof words | null)}
      />
      <div className={css.formEnd}>
        <Button
          variant="default"
          loading={answer.pending}
          disabled={!reason.trim() || means !== null}
          onClick={() => answer.run(null)}
        >
          <Trans>Refuse: the statement is right</Trans>
        </Button>
        <Button
          loading={answer.pending}
          disabled={!reason.trim() || means === null}
          onClick={() => answer.run(means)}
        >
          <Trans>Accept: the partner is right</Trans>
        </Button>
      </div>
    </div>
  );
}
