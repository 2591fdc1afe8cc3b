import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { http } from "../api/client";
import { isProblem } from "../api/problem";
import { onProofNeeded } from "../api/proving";
import { ProblemAlert } from "./problems";
import { Dialog } from "./Windows";

/**
 * Asks for the password in front of whatever needs it, and that then goes on by itself. Stands once in the
 * desk: a screen sends its request as any other.
 */
export function ProveFirst() {
  const [answer, setAnswer] = useState<(proved: boolean) => void>();
  const { t } = useLingui();
  useEffect(() => onProofNeeded(() => new Promise((resolve) => setAnswer(() => resolve))), []);
  const end = (proved: boolean) => {
    answer?.(proved);
    setAnswer(undefined);
  };
  return (
    <Dialog
      opened={answer !== undefined}
      onClose={() => end(false)}
      title={t`Confirm that it is you`}
      size="sm"
    >
      <Password onProved={() => end(true)} onCancel={() => end(false)} />
    </Dialog>
  );
}

function Password({ onProved, onCancel }: { onProved: () => void; onCancel: () => void }) {
  const { t } = useLingui();
  const [password, setPassword] = useState("");
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const wrong = isProblem(error) && error.code === "wrong-credentials";
  const send = async (event: FormEvent) => {
    event.preventDefault();
    // A form around this dialog in React's tree is not meant.
    event.stopPropagation();
    setPending(true);
    const { error } = await http
      .POST("/api/store/session/confirmation", { body: { password } })
      .catch((failure: unknown) => ({ error: failure }));
    setPending(false);
    setError(error ?? null);
    if (error) setPassword("");
    else onProved();
  };
  return (
    <form onSubmit={send} style={{ display: "grid", gap: 14 }}>
      <p style={{ margin: 0 }}>
        <Trans>What you are about to do outlives this session: give your password once more.</Trans>
      </p>
      {wrong ? null : <ProblemAlert error={error} />}
      <TextInput
        type="password"
        label={t`Password`}
        autoComplete="current-password"
        required
        data-autofocus
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={wrong ? t`The password is not right.` : undefined}
      />
      <p style={{ margin: 0, color: "var(--ink-3)", fontSize: 13 }}>
        <Trans>Without a password: sign out, then sign in again. That counts as well.</Trans>
      </p>
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          {t`Cancel`}
        </Button>
        <Button type="submit" loading={pending} disabled={password === ""}>
          {t`Confirm`}
        </Button>
      </Group>
    </form>
  );
}
