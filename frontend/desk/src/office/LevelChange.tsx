import { Trans, useLingui } from "@lingui/react/macro";
import { NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { http, type Schema } from "../api/client";
import { Confirm } from "../desk/Confirm";
import { firstOfNextMonth } from "./matrix";
import css from "./office.module.css";
import { midnightInParis } from "./paris";
import { useProgrammeWords } from "./programmeWords";
import { forgetProgrammes } from "./useProgramme";

export type Change = "enter" | "promote" | "demote" | "keep" | "override" | "end";

const LEVEL = "/api/office/organisations/{organisation_id}/programmes/{programme}";

/** One decision on an organisation's level, with the reason that it reads in a letter. */
export function LevelChange({
  change,
  standing,
  organisationId,
  name,
  onClose,
}: {
  change: Change;
  standing: Schema["StandingView"];
  organisationId: string;
  name: string;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const words = useProgrammeWords();
  const { programme, level: held } = standing;
  const rank = programme.levels.find((each) => each.code === held)?.rank ?? 0;
  const choices = programme.levels.filter((each) =>
    change === "promote" ? each.rank > rank : change === "demote" ? each.rank < rank : true,
  );
  const [level, setLevel] = useState(
    (change === "demote" ? choices.at(-1) : choices[0])?.code ?? programme.levels[0]?.code ?? "",
  );
  const [reason, setReason] = useState("");
  const [evidence, setEvidence] = useState("");
  const [urgent, setUrgent] = useState("");
  const falls =
    change === "override" && (programme.levels.find((each) => each.code === level)?.rank ?? 0) < rank;
  const [until, setUntil] = useState(firstOfNextMonth());
  const chosen = change !== "keep" && change !== "end" && choices.length > 0;
  const said = {
    enter: [t`Let ${name} in?`, t`Let it in`, t`It holds this level from now on, without having applied.`],
    promote: [
      t`Promote ${name}?`,
      t`Promote`,
      t`The higher level counts at once; what was priced before stays.`,
    ],
    demote: [
      t`Announce a fall to ${name}?`,
      t`Announce the fall`,
      t`The level falls after the notice and the grace in force. Until then nothing changes, and facts that are good again call it off.`,
    ],
    keep: [
      t`Call the fall of ${name} off?`,
      t`Keep the level`,
      t`The level stays, and the partner reads why.`,
    ],
    override: [
      t`Hold a level of ${name} by exception?`,
      t`Make the exception`,
      t`Whatever the facts say, until that day; then the level before counts again, or a higher one that they said since.`,
    ],
    end: [
      t`Let ${name} leave the programme?`,
      t`Let it leave`,
      t`What its level gives ends now; what was priced before stays, and so does its history.`,
    ],
  }[change];
  const run = async () => {
    const params = { path: { organisation_id: organisationId, programme: programme.code } };
    const why = { reason: reason.trim() };
    const more = { ...why, level, evidence: evidence.trim() };
    const { error } =
      change === "keep" || change === "end"
        ? await http.POST(`${LEVEL}/${change}`, { params, body: why })
        : change === "override"
          ? await http.POST(`${LEVEL}/override`, {
              params,
              body: { ...more, until: midnightInParis(until), urgent_reason: falls ? urgent.trim() : "" },
            })
          : await http.POST(`${LEVEL}/${change}`, { params, body: more });
    if (error) throw error;
    await forgetProgrammes();
  };
  return (
    <Confirm
      about={change}
      title={said[0]}
      action={said[1]}
      danger={change === "end" || change === "demote"}
      run={run}
      onClose={onClose}
    >
      <p className={css.note}>{said[2]}</p>
      <div className={css.form}>
        {chosen ? (
          <NativeSelect
            label={t`Level`}
            data={choices.map((each) => ({ value: each.code, label: words.named(each) }))}
            value={level}
            onChange={(event) => setLevel(event.currentTarget.value)}
          />
        ) : null}
        {change === "override" ? (
          <TextInput
            type="date"
            label={t`Until the beginning of, Paris time`}
            required
            value={until}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
        ) : null}
        {falls ? (
          <Textarea
            label={t`Why it is too urgent for notice, which the partner reads`}
            description={<Trans>A lower level is a fall. Announce one instead, unless it cannot wait.</Trans>}
            required
            autosize
            minRows={2}
            maxLength={1000}
            value={urgent}
            onChange={(event) => setUrgent(event.currentTarget.value.replaceAll("\n", " "))}
          />
        ) : null}
        <Textarea
          label={t`Reason, which the partner reads`}
          required
          autosize
          minRows={2}
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value.replaceAll("\n", " "))}
        />
        {chosen ? (
          <TextInput
            label={t`What it rests on (optional)`}
            description={<Trans>A document, a meeting, an address: for us.</Trans>}
            maxLength={200}
            value={evidence}
            onChange={(event) => setEvidence(event.currentTarget.value)}
          />
        ) : null}
      </div>
    </Confirm>
  );
}
