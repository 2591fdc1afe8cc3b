import { useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { ProblemAlert } from "./problems";
import { Dialog } from "./Windows";

/** Asks before something that is not undone; the button says what it does. */
export function Confirm({
  opened,
  title,
  children,
  action,
  pending,
  error,
  onConfirm,
  onClose,
  danger = false,
}: {
  opened: boolean;
  title: ReactNode;
  children: ReactNode;
  action: ReactNode;
  pending: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
  danger?: boolean;
}) {
  const { t } = useLingui();
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <ProblemAlert error={error} />
      {children}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          {t`Cancel`}
        </Button>
        <Button onClick={onConfirm} loading={pending} {...(danger ? { color: "danger" } : {})}>
          {action}
        </Button>
      </Group>
    </Dialog>
  );
}
