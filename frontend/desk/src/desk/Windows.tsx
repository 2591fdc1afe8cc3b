import { useLingui } from "@lingui/react/macro";
import { Drawer, Modal } from "@mantine/core";
import type { ReactNode } from "react";
import css from "./Windows.module.css";

interface Window {
  opened: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  size?: number | string;
  /** A click beside it closes it; off for what would be lost. */
  closeOnClickOutside?: boolean;
}

/** Beside the page, for the details of one thing. Mantine's own has a second banner for its head. */
export function Side({ opened, onClose, title, children, size = 540, closeOnClickOutside = true }: Window) {
  const { t } = useLingui();
  return (
    <Drawer.Root
      opened={opened}
      onClose={onClose}
      position="right"
      size={size}
      closeOnClickOutside={closeOnClickOutside}
    >
      <Drawer.Overlay backgroundOpacity={0.25} />
      <Drawer.Content>
        <div className={css.head}>
          <Drawer.Title className={css.title}>{title}</Drawer.Title>
          <Drawer.CloseButton aria-label={t`Close`} />
        </div>
        <Drawer.Body className={css.body}>{children}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

/** In front of the page, for a question. */
export function Dialog({
  opened,
  onClose,
  title,
  children,
  size = "md",
  closeOnClickOutside = true,
}: Window) {
  const { t } = useLingui();
  return (
    <Modal.Root
      opened={opened}
      onClose={onClose}
      size={size}
      centered
      closeOnClickOutside={closeOnClickOutside}
    >
      <Modal.Overlay backgroundOpacity={0.35} />
      <Modal.Content>
        <div className={css.head}>
          <Modal.Title className={css.title}>{title}</Modal.Title>
          <Modal.CloseButton aria-label={t`Close`} />
        </div>
        <Modal.Body className={css.body}>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
