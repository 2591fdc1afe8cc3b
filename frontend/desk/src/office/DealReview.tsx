import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Textarea, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { Can } from "../desk/Can";
import { DealFacts, DealPill, DealSteps } from "../desk/Deal";
import { useDealWords } from "../desk/deals";
import { useAction } from "../desk/form";
import { Part, Reason, Ways } from "../desk/Listing";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Notice } from "../desk/Notice";
import { ProblemAlert } from "../desk/problems";
import { Side } from "../desk/Windows";
import { Pill } from "../ui/Pill";
import css from "./DealReview.module.css";

type Read = Schema["DealRead"];
type Met = Schema["ConflictView"];
type Decision = "approve" | "ask" | "reject";

async function reread() {
  await Promise.all(
    ["/api/office/deals", "/api/office/deals/{deal_id}", "/api/office/deal-settings"].map((path) =>
      queryClient.invalidateQueries({ queryKey: ["get", path] }),
    ),
  );
}

/** A deal side by side with everything that it meets, and the decision on it. */
export function DealReview({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useLingui();
  const query = api.useQuery(
    "get",
    "/api/office/deals/{deal_id}",
    { params: { path: { deal_id: id ?? "" } } },
    { enabled: id !== undefined },
  );
  return (
    <Side
      opened={id !== undefined}
      onClose={onClose}
      size={960}
      title={query.data?.deal.customer_name ?? t`Deal`}
    >
      {id === undefined ? null : (
        <Loaded query={query} height={420}>
          {(read) => <Inside key={read.deal.id} read={read} />}
        </Loaded>
      )}
    </Side>
  );
}

function Inside({ read }: { read: Read }) {
  const { deal, conflicts, steps } = read;
  const { t } = useLingui();
  const [decision, setDecision] = useState<Decision>();
  const taking = useAction(async () => {
    const { error } = await http.POST("/api/office/deals/{deal_id}/take-up", {
      params: { path: { deal_id: deal.id } },
      body: { revision: deal.revision },
    });
    await reread();
    if (error) throw error;
  });
  const waits = deal.review === "submitted" || deal.review === "in_review";
  const taken = conflicts.some((one) => one.blocks && one.kind === "protected");
  const blocked = conflicts.filter((one) => one.blocks).length > 0;
  return (
    <>
      <p className={css.top}>
        <DealPill deal={deal} />
        <Link to="/office/partners/$organisationId" params={{ organisationId: deal.organisation_id }}>
          {deal.organisation}
        </Link>
        <span>{t`No. ${deal.number}`}</span>
        {deal.from_lead ? <Pill tone="accent">{t`From a lead of ours`}</Pill> : null}
      </p>
      <ProblemAlert error={taking.error} />
      {waits ? (
        <Can scope="office:deal:write">
          {decision === undefined ? (
            <>
              <Notice
                tone={blocked ? "warn" : "accent"}
                title={blocked ? t`Something stands against this deal` : t`Nothing stands against this deal`}
              >
                {taken ? (
                  <p className={css.why}>
                    <Trans>
                      Another deal protects this customer for the same product: it cannot be approved before
                      that ends. Reject it, or ask the partner to correct it.
                    </Trans>
                  </p>
                ) : null}
                {deal.review === "submitted" ? (
                  <Trans>Until you begin to read it, the partner may take it back.</Trans>
                ) : null}
              </Notice>
              <div className={css.ways}>
                <Ways>
                  {deal.review === "submitted" ? (
                    <Button size="sm" variant="default" loading={taking.pending} onClick={() => taking.run()}>
                      <Trans>Begin to read</Trans>
                    </Button>
                  ) : null}
                  <Button size="sm" disabled={taken} onClick={() => setDecision("approve")}>
                    <Trans>Approve</Trans>
                  </Button>
                  <Button size="sm" variant="default" onClick={() => setDecision("ask")}>
                    <Trans>Ask</Trans>
                  </Button>
                  <Button size="sm" variant="default" onClick={() => setDecision("reject")}>
                    <Trans>Reject</Trans>
                  </Button>
                </Ways>
              </div>
            </>
          ) : (
            <Decide deal={deal} decision={decision} onClose={() => setDecision(undefined)} />
          )}
        </Can>
      ) : null}
      {deal.review === "rejected" || deal.review === "action_required" ? (
        <Notice
          tone="warn"
          title={deal.review === "rejected" ? t`You rejected it` : t`The partner completes it`}
        >
          <Reason>{deal.reason}</Reason>
        </Notice>
      ) : null}
      <div className={css.columns}>
        <Part title={<Trans>The deal</Trans>}>
          <DealFacts deal={deal} />
        </Part>
        <Part title={<Trans>What it meets</Trans>}>
          {conflicts.length === 0 ? (
            <p className={css.none}>
              <Trans>No other deal and no direct customer has these numbers, this domain or this name.</Trans>
            </p>
          ) : (
            <ul className={css.met}>
              {conflicts.map((one) => (
                <li key={`${one.kind} ${one.id}`}>
                  <Conflict met={one} />
                </li>
              ))}
            </ul>
          )}
        </Part>
      </div>
      <Part title={<Trans>What happened</Trans>}>
        <DealSteps steps={steps} office />
      </Part>
    </>
  );
}

function Conflict({ met }: { met: Met }) {
  const { t } = useLingui();
  const words = useDealWords();
  const matched: Record<Met["matched"], string> = {
    siren: t`Same SIREN`,
    vat: t`Same VAT number`,
    domain: t`Same domain`,
    name: t`Same name`,
  };
  return (
    <article className={css.one} data-blocks={met.blocks || undefined}>
      <p className={css.top}>
        <b>{met.name}</b>
        <Pill tone={met.blocks ? "bad" : "neutral"}>{matched[met.matched]}</Pill>
      </p>
      {met.kind === "customer" ? (
        <p>
          <Trans>A direct customer of ours since</Trans> <Moment at={met.since} day />{" "}
          <Link to="/office/partners/$organisationId" params={{ organisationId: met.id }}>
            <Trans>Open its page</Trans>
          </Link>
        </p>
      ) : (
        <>
          <p>
            {t`Registered by ${met.organisation ?? ""}`} · <Moment at={met.since} day /> ·{" "}
            <Link
              from="/office/deals"
              to="/office/deals"
              search={(old) => ({ ...old, deal: met.id })}
              resetScroll={false}
            >
              <Trans>Open the deal</Trans>
            </Link>
          </p>
          <p>
            {met.review === "approved"
              ? words.stages[met.stage as keyof typeof words.stages]
              : words.reviews[met.review as keyof typeof words.reviews]}
            {met.product_scope === "infrastructure" ? ` · ${t`Infrastructure`}` : ` · ${t`A listing`}`}
          </p>
          {met.protected_until ? (
            <p>
              <Trans>Protected until</Trans> <Moment at={met.protected_until} />
            </p>
          ) : null}
        </>
      )}
    </article>
  );
}

/** A decision with its reasons, as the partner is going to read them. */
function Decide({
  deal,
  decision,
  onClose,
}: {
  deal: Read["deal"];
  decision: Decision;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const words = useDealWords();
  const [reason, setReason] = useState("");
  const [rule, setRule] = useState("");
  const [fields, setFields] = useState<string[]>([]);
  const deciding = useAction(async () => {
    const params = { path: { deal_id: deal.id } };
    const { revision } = deal;
    const { error } =
      decision === "approve"
        ? await http.POST("/api/office/deals/{deal_id}/approve", { params, body: { revision, reason } })
        : decision === "ask"
          ? await http.POST("/api/office/deals/{deal_id}/ask", { params, body: { revision, reason, fields } })
          : await http.POST("/api/office/deals/{deal_id}/reject", {
              params,
              body: { revision, reason, rule },
            });
    await reread();
    if (error) throw error;
    onClose();
  });
  const titles: Record<Decision, string> = {
    approve: t`Approve this deal`,
    ask: t`Ask the partner to complete it`,
    reject: t`Reject this deal`,
  };
  const ready =
    decision === "approve" ||
    (reason.trim() !== "" && (decision === "ask" ? fields.length > 0 : rule.trim() !== ""));
  return (
    <section className={css.decide} aria-label={titles[decision]}>
      <h2>{titles[decision]}</h2>
      <ProblemAlert error={deciding.error} />
      <p>
        {decision === "approve" ? (
          <Trans>From now on no other partner may have this customer for this product.</Trans>
        ) : decision === "ask" ? (
          <Trans>The partner may change only the fields that you name here.</Trans>
        ) : (
          <Trans>The partner reads your reasons and the rule, and how to contest them.</Trans>
        )}
      </p>
      {decision === "ask" ? (
        <Checkbox.Group label={t`Fields`} value={fields} onChange={setFields}>
          <div className={css.checks}>
            {Object.entries(words.fields).map(([value, label]) => (
              <Checkbox key={value} value={value} label={label} />
            ))}
          </div>
        </Checkbox.Group>
      ) : null}
      <Textarea
        label={decision === "approve" ? t`Note to the partner` : t`Reason`}
        required={decision !== "approve"}
        autosize
        minRows={2}
        maxLength={1000}
        data-autofocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {decision === "reject" ? (
        <TextInput
          label={t`Rule`}
          required
          maxLength={500}
          placeholder={t`Deal registration, 2: one partner a customer and product`}
          value={rule}
          onChange={(event) => setRule(event.currentTarget.value)}
        />
      ) : null}
      <Ways>
        <Button
          disabled={!ready}
          loading={deciding.pending}
          onClick={() => deciding.run()}
          {...(decision === "reject" ? { color: "danger" } : {})}
        >
          {decision === "approve" ? t`Approve` : decision === "ask" ? t`Send the question` : t`Reject`}
        </Button>
        <Button variant="default" onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
      </Ways>
    </section>
  );
}
