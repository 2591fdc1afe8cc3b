import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, Textarea } from "@mantine/core";
import { useState } from "react";
import { api, http, type Schema } from "../api/client";
import { Can } from "../desk/Can";
import { Confirm } from "../desk/Confirm";
import { DealFacts, DealPill, DealSteps } from "../desk/Deal";
import { type DealView, LOSSES, type Lost, STAGES, type Stage, useDealWords } from "../desk/deals";
import { useAction } from "../desk/form";
import { Part, Reason, Ways } from "../desk/Listing";
import { Loaded } from "../desk/Loaded";
import { Notice } from "../desk/Notice";
import { ProblemAlert } from "../desk/problems";
import { Side } from "../desk/Windows";
import { useFormat } from "../i18n/format";
import { DAY } from "../i18n/text";
import { rereadDeals } from "./deals";

type Own = Schema["DealOwn"];
const WAYS = { margin: "12px 0 0" };
type Asked = "withdraw" | "renew" | "lose";

/** One deal: where it stands and what comes next, what is planned, what happened. */
export function DealSide({
  id,
  onClose,
  onEdit,
}: {
  id: string | undefined;
  onClose: () => void;
  onEdit: (id: string) => void;
}) {
  const { t } = useLingui();
  const query = api.useQuery(
    "get",
    "/api/portal/deals/{deal_id}",
    { params: { path: { deal_id: id ?? "" } } },
    { enabled: id !== undefined },
  );
  return (
    <Side
      opened={id !== undefined}
      onClose={onClose}
      size={620}
      title={query.data?.deal.customer_name ?? t`Deal`}
    >
      {id === undefined ? null : (
        <Loaded query={query} height={420}>
          {(own) => <Inside key={own.deal.id} own={own} onEdit={() => onEdit(own.deal.id)} />}
        </Loaded>
      )}
    </Side>
  );
}

function Inside({ own, onEdit }: { own: Own; onEdit: () => void }) {
  const { deal, steps } = own;
  const { t } = useLingui();
  const [asked, setAsked] = useState<Asked>();
  const way = useAction(async (path: "submit" | "take-back") => {
    const params = { path: { deal_id: deal.id } };
    const { error } =
      path === "submit"
        ? await http.POST("/api/portal/deals/{deal_id}/submit", { params, body: { revision: deal.revision } })
        : await http.POST("/api/portal/deals/{deal_id}/take-back", { params });
    await rereadDeals();
    if (error) throw error;
  });
  return (
    <>
      <p style={{ display: "flex", gap: 10, alignItems: "center", margin: "0 0 14px" }}>
        <DealPill deal={deal} />
        <span style={{ color: "var(--ink-3)" }}>{t`No. ${deal.number}`}</span>
      </p>
      <ProblemAlert error={way.error} />
      <Standing deal={deal} pending={way.pending} onWay={way.run} onEdit={onEdit} onAsk={setAsked} />
      {deal.has_conflict && ["submitted", "in_review", "action_required"].includes(deal.review) ? (
        <Notice tone="warn" title={t`Something else meets this deal`}>
          <Trans>We look at it while we read your deal, and tell you our reasons.</Trans>
        </Notice>
      ) : null}
      {deal.review === "approved" && !["launched", "closed_lost"].includes(deal.stage) ? (
        <Move deal={deal} onLose={() => setAsked("lose")} />
      ) : null}
      <Part title={<Trans>The deal</Trans>}>
        <DealFacts deal={deal} />
      </Part>
      <Part title={<Trans>What happened</Trans>}>
        <DealSteps steps={steps} />
      </Part>
      <Ask deal={deal} asked={asked} onClose={() => setAsked(undefined)} />
    </>
  );
}

/** What the state means, and what comes next. */
function Standing({
  deal,
  pending,
  onWay,
  onEdit,
  onAsk,
}: {
  deal: DealView;
  pending: boolean;
  onWay: (path: "submit" | "take-back") => void;
  onEdit: () => void;
  onAsk: (asked: Asked) => void;
}) {
  const { t } = useLingui();
  const f = useFormat();
  const words = useDealWords();
  const whole = deal.missing.length === 0;
  const lacks = deal.missing.map((name) => words.fields[name] ?? name).join(", ");
  const until = deal.protected_until ? f.date(deal.protected_until, DAY) : "";
  const giveUp = (
    <Button size="sm" variant="subtle" color="danger" onClick={() => onAsk("withdraw")}>
      <Trans>Give it up</Trans>
    </Button>
  );
  const writing = (
    <Can scope="portal:deal:write">
      <Ways>
        {whole ? (
          <Button size="sm" loading={pending} onClick={() => onWay("submit")}>
            <Trans>Submit for review</Trans>
          </Button>
        ) : null}
        <Button size="sm" variant={whole ? "default" : "filled"} onClick={onEdit}>
          <Trans>Complete it</Trans>
        </Button>
        {giveUp}
      </Ways>
    </Can>
  );
  switch (deal.review) {
    case "draft":
      return (
        <>
          <Notice title={whole ? t`Ready to be submitted` : t`A draft that only you see`}>
            {whole ? t`We read it and answer with our reasons.` : t`Missing: ${lacks}`}
          </Notice>
          <p style={WAYS}>{writing}</p>
        </>
      );
    case "submitted":
      return (
        <Notice
          title={t`It waits for us to read it`}
          action={
            <Can scope="portal:deal:write">
              <Button size="sm" variant="default" loading={pending} onClick={() => onWay("take-back")}>
                <Trans>Take it back</Trans>
              </Button>
            </Can>
          }
        >
          <Trans>Nothing of it can be changed meanwhile.</Trans>
        </Notice>
      );
    case "in_review":
      return (
        <Notice title={t`We are reading it`}>
          <Trans>You get a letter as soon as it is decided.</Trans>
        </Notice>
      );
    case "action_required":
      return (
        <>
          <Notice tone="warn" title={t`Something has to be completed`}>
            <Reason>{deal.reason}</Reason>
          </Notice>
          <p style={WAYS}>{writing}</p>
        </>
      );
    case "approved": {
      const over = deal.protected_until === null || Date.parse(deal.protected_until) <= Date.now();
      if (deal.stage === "closed_lost")
        return <Notice title={t`The deal was lost`}>{words.losses[deal.lost_because ?? "other"]}</Notice>;
      const renewable = !over && deal.renewed_at === null && deal.stage !== "launched";
      return (
        <>
          <Notice
            tone={over ? "warn" : "good"}
            title={
              over ? t`The protection ended on ${until}` : t`The customer is protected for you until ${until}`
            }
          >
            {over ? t`Another partner may register this customer now.` : null}
          </Notice>
          <p style={WAYS}>
            <Can scope="portal:deal:write">
              <Ways>
                {renewable ? (
                  <Button size="sm" onClick={() => onAsk("renew")}>
                    <Trans>Renew it once</Trans>
                  </Button>
                ) : null}
                <Button size="sm" variant="default" onClick={onEdit}>
                  <Trans>Next steps and contact</Trans>
                </Button>
              </Ways>
            </Can>
          </p>
        </>
      );
    }
    case "rejected":
      return (
        <Notice tone="bad" title={t`We did not approve this deal`}>
          <Reason>{deal.reason}</Reason>
          <br />
          {t`Rule: ${deal.rule}`}
          <br />
          <Trans>If you do not agree, answer our letter: another person looks at it again.</Trans>
        </Notice>
      );
    case "withdrawn":
      return <Notice title={t`You gave this deal up`} />;
  }
}

/** On to another stage of the pipeline. */
function Move({ deal, onLose }: { deal: DealView; onLose: () => void }) {
  const { t } = useLingui();
  const words = useDealWords();
  const moving = useAction(async (stage: Stage) => {
    const { error } = await http.POST("/api/portal/deals/{deal_id}/stage", {
      params: { path: { deal_id: deal.id } },
      body: { stage, revision: deal.revision },
    });
    await rereadDeals();
    if (error) throw error;
  });
  return (
    <Can scope="portal:deal:write">
      <ProblemAlert error={moving.error} />
      <div style={{ display: "flex", flexWrap: "wrap", gap: 10, alignItems: "end", marginTop: 14 }}>
        <NativeSelect
          label={t`Stage`}
          value={deal.stage}
          disabled={moving.pending}
          onChange={(event) => moving.run(event.currentTarget.value as Stage)}
          data={STAGES.map((value) => ({ value, label: words.stages[value] }))}
        />
        <Button size="sm" variant="default" onClick={onLose}>
          <Trans>It was lost</Trans>
        </Button>
      </div>
    </Can>
  );
}

/** Asked before what cannot be taken back; each with its reason. */
function Ask({ deal, asked, onClose }: { deal: DealView; asked: Asked | undefined; onClose: () => void }) {
  const { t } = useLingui();
  const words = useDealWords();
  const [reason, setReason] = useState("");
  const [because, setBecause] = useState<Lost>("price");
  const said: Record<Asked, [title: string, action: string, about: string]> = {
    withdraw: [
      t`Give up this deal?`,
      t`Give it up`,
      t`It cannot be taken up again; you may register it anew.`,
    ],
    renew: [t`Renew the protection?`, t`Renew`, t`It goes on for as long again. It can be renewed once.`],
    lose: [t`Was this deal lost?`, t`It was lost`, t`The protection ends at once, and the deal stays lost.`],
  };
  const [title, action, about] = said[asked ?? "renew"];
  const run = async (what: Asked) => {
    const params = { path: { deal_id: deal.id } };
    const { error } =
      what === "lose"
        ? await http.POST("/api/portal/deals/{deal_id}/stage", {
            params,
            body: { stage: "closed_lost", revision: deal.revision, because, reason },
          })
        : what === "renew"
          ? await http.POST("/api/portal/deals/{deal_id}/renew", { params, body: { reason } })
          : await http.POST("/api/portal/deals/{deal_id}/withdraw", { params, body: { reason } });
    if (error) throw error;
    setReason("");
    await rereadDeals();
  };
  return (
    <Confirm
      about={asked}
      title={title}
      action={action}
      run={run}
      onClose={onClose}
      danger={asked !== "renew"}
    >
      <p>{about}</p>
      {asked === "lose" ? (
        <NativeSelect
          mb={12}
          label={t`Why`}
          value={because}
          onChange={(event) => setBecause(event.currentTarget.value as Lost)}
          data={LOSSES.map((value) => ({ value, label: words.losses[value] }))}
        />
      ) : null}
      <Textarea
        label={asked === "renew" ? t`What has happened since` : t`Reason`}
        required={asked !== "lose"}
        autosize
        minRows={2}
        maxLength={1000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  );
}
