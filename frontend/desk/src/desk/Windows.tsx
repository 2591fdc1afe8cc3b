import { useLingui } from "@lingui/react/macro";
import { Drawer, Modal } from "@mantine/core";
import { type ReactNode, type RefObject, useEffect, useRef } from "react";
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

/** A closed window leaves an empty root behind: the one that opens next must not find itself inert. */
const OPEN = "#root, .mantine-Modal-root:has([role=dialog]), .mantine-Drawer-root:has([role=dialog])";

/** While a question stands in front, what lies behind it is nobody's to reach: not by tabbing, not by voice. */
function useBehindInert(opened: boolean, own: RefObject<HTMLDivElement | null>) {
  useEffect(() => {
    if (!opened) return;
    const behind = [...document.querySelectorAll<HTMLElement>(OPEN)].filter(
      (one) => !one.inert && one !== own.current,
    );
    for (const one of behind) one.inert = true;
    return () => {
      for (const one of behind) one.inert = false;
    };
  }, [opened, own]);
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
  const own = useRef<HTMLDivElement>(null);
  useBehindInert(opened, own);
  return (
    <Modal.Root
      ref={own}
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
