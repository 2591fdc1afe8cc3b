import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { api, queryClient, type Schema } from "../api/client";
import { Notice } from "../desk/Notice";
import { useFormat } from "../i18n/format";
import { ASK_MS, MOST_TRIES, type Stage, stageOf } from "./comingBack";

/** So soon a payment that its bank confirmed is seen by who waits for nothing. */
const EVERY_MS = 15_000;
const DAY_MS = 86_400_000;

/** What is owed, asked for again until the payment from which one came back is booked. */
export function useOwing(back: boolean) {
  const [tries, setTries] = useState(0);
  const [stage, setStage] = useState<Stage>("none");
  const owing = api.useQuery(
    "get",
    "/api/portal/receivables",
    {},
    { refetchInterval: stage === "asking" ? ASK_MS : stage === "unanswered" ? false : EVERY_MS },
  );
  const newest = api.useQuery(
    "get",
    "/api/portal/receipts",
    { params: { query: { limit: 1 } } },
    { enabled: back },
  );
  const { data, dataUpdatedAt } = owing;
  const last = newest.data?.items[0];
  const isFresh =
    last?.kind === "receipt" && Date.now() - Date.parse(`${last.received_on}T00:00:00Z`) < 2 * DAY_MS;
  useEffect(() => {
    if (!back || dataUpdatedAt === 0) return;
    setTries((before) => Math.min(before + 1, MOST_TRIES));
    queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/receipts"] });
  }, [back, dataUpdatedAt]);
  useEffect(() => {
    if (!data) return;
    setStage(
      stageOf(
        back,
        data.items.map((row) => row.payment?.state),
        tries,
        isFresh,
      ),
    );
  }, [back, data, tries, isFresh]);
  const again = () => {
    setTries(0);
    owing.refetch();
  };
  return { owing, stage, last, again };
}

/** How far the payment is; nothing where the debt itself says it. */
export function CameBack({
  stage,
  last,
  words,
  again,
}: {
  stage: Stage;
  last: Schema["ReceiptView"] | undefined;
  words: string;
  again: () => void;
}) {
  const { t } = useLingui();
  const f = useFormat();
  if (stage === "asking")
    return (
      <Notice title={t`We are waiting for your bank’s answer`}>
        <Trans>This page shows your payment as soon as it is confirmed.</Trans>
      </Notice>
    );
  if (stage === "booked" && last)
    return (
      <Notice tone="good" title={t`Your payment of ${f.money(last.amount)} is booked`}>
        {t`It stands in the list below, and on your statement ${f.ofMonth(last.month)}.`}
      </Notice>
    );
  if (stage === "unanswered")
    return (
      <Notice
        tone="warn"
        title={t`Your bank has not answered yet`}
        action={
          <Button variant="default" onClick={again}>
            <Trans>Look again</Trans>
          </Button>
        }
      >
        {t`If you have paid, do not pay again: the payment is booked by itself once your bank confirms it. If it is not here tomorrow, write to us with the words ${words}.`}
      </Notice>
    );
  return null;
}
