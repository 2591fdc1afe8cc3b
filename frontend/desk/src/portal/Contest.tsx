import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { api, http, queryClient } from "../api/client";
import { Confirm } from "../desk/Confirm";
import { ContestSaid } from "../desk/contests";
import { Notice } from "../desk/Notice";
import { Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { useFormat } from "../i18n/format";

const CONTEST = "/api/portal/statements/{statement_id}/contest";
const A_DAY = 86_400_000;

/** Until when the statement may be contested, or what was said of it and answered. */
export function Contest({ id }: { id: string }) {
  const { t } = useLingui();
  const f = useFormat();
  const { can } = useSession();
  const [asking, setAsking] = useState<string>();
  const params = { path: { statement_id: id } };
  const { data } = api.useQuery("get", CONTEST, { params });
  if (!data) return null;
  if (data.contest)
    return (
      <Panel title={<Trans>You contested this statement</Trans>}>
        <ContestSaid contest={data.contest} />
      </Panel>
    );
  if (!data.is_open) return null;
  // Whole days after today.
  const left = Math.floor((Date.parse(data.until) - Date.now()) / A_DAY);
  const days = f.number(left);
  const last = f.date(new Date(Date.parse(data.until) - 1).toISOString());
  return (
    <>
      <Notice
        title={
          left < 1
            ? t`This statement may be contested until tonight`
            : left === 1
              ? t`This statement may be contested until tomorrow night`
              : t`This statement may be contested for ${days} days`
        }
        action={
          can("portal:statement:contest") ? (
            <Button variant="default" onClick={() => setAsking("")}>
              <Trans>Contest it</Trans>
            </Button>
          ) : null
        }
      >
        <Trans>If something is wrong on it, say so by {last}, that day included.</Trans>
      </Notice>
      <Confirm
        about={asking}
        title={<Trans>Contest this statement</Trans>}
        action={<Trans>Contest it</Trans>}
        ready={Boolean(asking?.trim())}
        onClose={() => setAsking(undefined)}
        run={async (reason) => {
          const { error } = await http.POST(CONTEST, { params, body: { reason: reason.trim() } });
          if (error) throw error;
          await queryClient.invalidateQueries({ queryKey: ["get", CONTEST] });
        }}
      >
        <p>
          <Trans>
            A statement is contested once. We answer in writing; its payout goes on meanwhile, and what was
            wrong is put right in an open month.
          </Trans>
        </p>
        <Textarea
          label={t`What is wrong?`}
          description={t`Name the sale or the line, and what it should be.`}
          required
          autosize
          minRows={3}
          maxLength={2000}
          value={asking ?? ""}
          onChange={(event) => setAsking(event.currentTarget.value)}
        />
      </Confirm>
    </>
  );
}
