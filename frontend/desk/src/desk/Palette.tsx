import { Trans, useLingui } from "@lingui/react/macro";
import { Modal, TextInput } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useId, useMemo, useState } from "react";
import { IconSearch } from "../ui/icons";
import { matches } from "./matches";
import css from "./Palette.module.css";

export interface Command {
  key: string;
  label: string;
  /** Where it leads, or what it does. */
  to?: string;
  run?: () => void;
  hint?: string;
  icon?: React.ReactNode;
}

/** Ctrl+K: every page and action by its name. */
export function Palette({
  commands,
  opened,
  onOpen,
  onClose,
}: {
  commands: Command[];
  opened: boolean;
  onOpen: () => void;
  onClose: () => void;
}) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const [asked, setAsked] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  useHotkeys([["mod+K", onOpen]], []);
  const found = useMemo(
    () => commands.filter(({ label, hint }) => matches(`${label} ${hint ?? ""}`, asked)),
    [commands, asked],
  );
  const close = () => {
    setAsked("");
    setAt(0);
    onClose();
  };
  const choose = (command: Command | undefined) => {
    if (!command) return;
    close();
    if (command.run) command.run();
    else if (command.to) void navigate({ to: command.to });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setAt((at + step + found.length) % Math.max(1, found.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(found[at]);
    }
  };
  return (
    <Modal.Root
      opened={opened}
      onClose={close}
      size="lg"
      padding={0}
      yOffset="12vh"
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay backgroundOpacity={0.35} />
      <Modal.Content aria-label={t`Go to`}>
        <TextInput
          data-autofocus
          className={css.input}
          role="combobox"
          aria-expanded
          aria-controls={id}
          aria-activedescendant={found[at] ? `${id}-${found[at].key}` : undefined}
          aria-label={t`Go to a page or an action`}
          placeholder={t`Go to a page or an action`}
          leftSection={<IconSearch size={17} />}
          size="md"
          variant="unstyled"
          value={asked}
          onChange={(event) => {
            setAsked(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <div className={css.list} role="listbox" id={id} aria-label={t`Pages and actions`}>
          {found.map((command, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keyboard
            <div
              key={command.key}
              id={`${id}-${command.key}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              className={css.option}
              onClick={() => choose(command)}
              onMouseMove={() => setAt(index)}
            >
              {command.icon}
              <span>{command.label}</span>
              {command.hint ? <small>{command.hint}</small> : null}
            </div>
          ))}
        </div>
        {found.length === 0 ? (
          <p className={css.none} role="status">
            <Trans>Nothing has this name.</Trans>
          </p>
        ) : null}
      </Modal.Content>
    </Modal.Root>
  );
}
