import { useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { useAction } from "./form";
import { ProblemAlert } from "./problems";
import { Dialog } from "./Windows";

/**
 * Asks before `run` does what is not undone to `about`; open while there is something to ask about.
 * The button says what it does, and waits until what it needs is written (`ready`); a refusal is shown here, and forgotten when it is closed.
 */
export function Confirm<About>({
  about,
  title,
  children,
  action,
  run,
  onClose,
  danger = false,
  ready = true,
}: {
  about: About | undefined;
  title: ReactNode;
  children: ReactNode;
  action: ReactNode;
  run: (about: About) => Promise<unknown>;
  onClose: () => void;
  danger?: boolean;
  ready?: boolean;
}) {
  const { t } = useLingui();
  const running = useAction(run);
  const close = () => {
    running.reset();
    onClose();
  };
  const confirm = async () => {
    if (about !== undefined && (await running.run(about))) close();
  };
  return (
    <Dialog opened={about !== undefined} onClose={close} title={title}>
      <ProblemAlert error={running.error} />
      {children}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={close}>
          {t`Cancel`}
        </Button>
        <Button
          onClick={confirm}
          disabled={!ready}
          loading={running.pending}
          {...(danger ? { color: "danger" } : {})}
        >
          {action}
        </Button>
      </Group>
    </Dialog>
  );
}
