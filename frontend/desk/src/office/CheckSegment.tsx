import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { http, queryClient, type Schema } from "../api/client";
import { useAction } from "../desk/form";
import { Dialog } from "../desk/Windows";
import css from "./office.module.css";
import { ProblemAlert } from "./refusals";
import { useWords } from "./words";

type Segment = Schema["SegmentCheckIn"]["segment"];
const SEGMENTS: Segment[] = [
  "individual",
  "tpe",
  "pme",
  "eti",
  "large_account",
  "public_body",
  "local_authority",
];

/** Whose segment is looked at, and what it is now. */
export interface Declared {
  id: string;
  name: string;
  segment: Segment;
}

/** Confirms the segment that one declared, or corrects it, with a reason. */
export function CheckSegment({ one, onClose }: { one: Declared | undefined; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Dialog opened={one !== undefined} onClose={onClose} title={t`Segment of ${one?.name ?? ""}`}>
      {one ? <Check one={one} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Check({ one, onClose }: { one: Declared; onClose: () => void }) {
  const { t } = useLingui();
  const words = useWords();
  const [segment, setSegment] = useState(one.segment);
  const [reason, setReason] = useState("");
  const doing = useAction(async () => {
    const { error } = await http.POST("/api/office/organisations/{organisation_id}/segment", {
      params: { path: { organisation_id: one.id } },
      body: { declared: one.segment, segment, reason: reason.trim() },
    });
    if (error) throw error;
    await queryClient.invalidateQueries({ queryKey: ["get"] });
    onClose();
  });
  const corrected = segment !== one.segment;
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim()) doing.run();
      }}
    >
      <ProblemAlert error={doing.error} />
      <NativeSelect
        label={t`Segment`}
        description={
          corrected
            ? t`It said: ${words.segment(one.segment)}.`
            : t`As it says: look it up in the public registers.`
        }
        value={segment}
        onChange={(event) => setSegment(event.currentTarget.value as Segment)}
        data={SEGMENTS.map((value) => ({ value, label: words.segment(value) }))}
      />
      <TextInput
        label={t`How you know it`}
        description={t`It is kept with the change.`}
        required
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className={css.formEnd}>
        <Button type="submit" loading={doing.pending} disabled={!reason.trim()}>
          {corrected ? <Trans>Correct it</Trans> : <Trans>Confirm it</Trans>}
        </Button>
        <Button variant="default" onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </form>
  );
}
