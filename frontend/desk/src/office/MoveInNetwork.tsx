import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { useAction } from "../desk/form";
import { Notice } from "../desk/Notice";
import { Dialog } from "../desk/Windows";
import { Pill } from "../ui/Pill";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";

type Billing = NonNullable<Schema["MoveIn"]["billing"]>;

export interface Moving {
  id: string;
  name: string;
  /** It leaves whatever stands above it. */
  leaves?: boolean;
}

/** Joins, moves or ends: what would change is shown first, then it is done, with a reason. */
export function MoveInNetwork({ moving, onClose }: { moving: Moving | undefined; onClose: () => void }) {
  const { t } = useLingui();
  const name = moving?.name ?? "";
  return (
    <Dialog
      opened={moving !== undefined}
      onClose={onClose}
      size="lg"
      title={moving?.leaves ? t`Take ${name} out of its tree` : t`Place of ${name} in the network`}
    >
      {moving ? <Move moving={moving} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Move({ moving, onClose }: { moving: Moving; onClose: () => void }) {
  const { t } = useLingui();
  const [parent, setParent] = useState<string | null>(null);
  const [billing, setBilling] = useState<Billing>("wholesaler");
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState<{ of: string; move: Schema["Move"] }>();
  const wanted = JSON.stringify([parent, billing]);
  const move = tried?.of === wanted ? tried.move : undefined;
  const trying = useAction(async () => {
    const { data, error } = await http.POST("/api/office/network/preview", {
      body: { organisation_id: moving.id, parent_id: moving.leaves ? null : parent, billing },
    });
    if (error) throw error;
    setTried({ of: wanted, move: data });
  });
  const doing = useAction(async () => {
    const { error } = moving.leaves
      ? await http.POST("/api/office/organisations/{organisation_id}/network/end", {
          params: { path: { organisation_id: moving.id } },
          body: { reason: reason.trim() },
        })
      : await http.POST("/api/office/network/memberships", {
          body: { organisation_id: moving.id, parent_id: parent ?? "", billing, reason: reason.trim() },
        });
    if (error) throw error;
    await queryClient.invalidateQueries({ queryKey: ["get"] });
    onClose();
  });
  const mayTry = moving.leaves || parent !== null;
  return (
    <div className={css.form}>
      {moving.leaves ? null : (
        <>
          <Parent except={moving.id} value={parent} onChange={setParent} />
          <NativeSelect
            label={t`Its invoices come from`}
            value={billing}
            onChange={(event) => setBilling(event.currentTarget.value as Billing)}
            data={[
              { value: "wholesaler", label: t`Whoever stands above it, which buys from us` },
              { value: "operator", label: t`Us; we pay those above their margins` },
            ]}
          />
        </>
      )}
      <ProblemAlert error={trying.error ?? doing.error} />
      {move ? <Changes move={move} /> : null}
      {move ? (
        <TextInput
          label={t`Reason`}
          description={t`It is kept with the change.`}
          required
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      ) : null}
      <div className={css.formEnd}>
        {move ? (
          <Button
            loading={doing.pending}
            disabled={!reason.trim()}
            {...(moving.leaves ? { color: "danger" } : {})}
            onClick={() => doing.run()}
          >
            {moving.leaves ? <Trans>Take it out now</Trans> : <Trans>Put it there now</Trans>}
          </Button>
        ) : (
          <Button disabled={!mayTry} loading={trying.pending} onClick={() => trying.run()}>
            <Trans>See what would change</Trans>
          </Button>
        )}
        <Button variant="default" onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </div>
  );
}

/** Wholesalers and resellers, found by name. */
function Parent({
  except,
  value,
  onChange,
}: {
  except: string;
  value: string | null;
  onChange: (id: string | null) => void;
}) {
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed, 250);
  const find = (role: "wholesaler" | "reseller") =>
    [
      "get",
      "/api/office/organisations",
      { params: { query: { role, q: q || undefined, limit: 50 } } },
    ] as const;
  const wholesalers = api.useQuery(...find("wholesaler"));
  const resellers = api.useQuery(...find("reseller"));
  const found = new Map(
    [...(wholesalers.data?.items ?? []), ...(resellers.data?.items ?? [])]
      .filter(({ id }) => id !== except)
      .map((one) => [one.id, one.name]),
  );
  return (
    <Select
      label={t`Stands below`}
      placeholder={t`Name of a wholesaler or reseller`}
      searchable
      required
      data={[...found].map(([id, label]) => ({ value: id, label }))}
      filter={({ options }) => options}
      onSearchChange={setTyped}
      value={value}
      onChange={onChange}
      nothingFoundMessage={t`Nobody is called so`}
    />
  );
}

function Changes({ move }: { move: Schema["Move"] }) {
  const { t } = useLingui();
  const gains = move.gains.join(", ");
  const loses = move.loses.join(", ");
  const along = move.moves_along;
  return (
    <>
      <div className={css.formRow}>
        <Chain title={t`Today`} tiers={move.before} />
        <Chain title={t`After it`} tiers={move.after} />
      </div>
      <Notice title={t`From the moment of the change on`}>
        {[
          gains ? t`Margins begin for ${gains}.` : "",
          loses ? t`Margins end for ${loses}.` : "",
          along ? t`Organisations below that move along: ${along}.` : "",
          t`What was used before keeps its price and its margins.`,
        ]
          .filter(Boolean)
          .join(" ")}
      </Notice>
    </>
  );
}

/** From the organisation up to the root. */
function Chain({ title, tiers }: { title: string; tiers: Schema["Tier"][] }) {
  const { t } = useLingui();
  return (
    <section aria-label={title}>
      <b>{title}</b>
      <ol style={{ margin: "6px 0 0", paddingInlineStart: 20 }}>
        {tiers.map((tier) => (
          <li key={tier.organisation_id}>
            {tier.name} {tier.is_invoiced ? <Pill tone="accent">{t`invoiced`}</Pill> : null}
            {tier.is_paid ? <Pill tone="good">{t`paid a margin`}</Pill> : null}
          </li>
        ))}
      </ol>
    </section>
  );
}
