import { Trans, useLingui } from "@lingui/react/macro";
import { Kbd } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { LETTERS, takesKeys } from "./letters";
import css from "./Shortcuts.module.css";
import { Dialog } from "./Windows";

/** The second key has this long to follow the first. */
const PATIENCE_MS = 1500;

/** G and a letter lead to a page of the menu, ? says which; nowhere where one writes. */
export function Shortcuts({ pages }: { pages: { to: string; label: string }[] }) {
  const [shown, setShown] = useState(false);
  const { t } = useLingui();
  useKeys(pages, () => setShown(true));
  const rows: [keys: string[], what: ReactNode][] = [
    [["Ctrl", "K"], <Trans key="k">Go to a page or an action</Trans>],
    ...pages.flatMap(({ to, label }): [string[], ReactNode][] => {
      const letter = LETTERS[to];
      return letter ? [[["G", letter.toUpperCase()], label]] : [];
    }),
    [["Esc"], <Trans key="esc">Close what is open</Trans>],
    [["?"], <Trans key="help">Show these shortcuts</Trans>],
  ];
  return (
    <Dialog opened={shown} onClose={() => setShown(false)} title={t`Keyboard shortcuts`}>
      <dl className={css.keys}>
        {rows.map(([keys, what]) => (
          <div key={keys.join()}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key} size="xs">
                  {key}
                </Kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

function useKeys(pages: { to: string }[], onHelp: () => void) {
  const navigate = useNavigate();
  const began = useRef(0);
  const now = useRef({ pages, onHelp });
  now.current = { pages, onHelp };
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.defaultPrevented || takesKeys(event.target)) return;
      if (event.key === "?") {
        event.preventDefault();
        now.current.onHelp();
        return;
      }
      const inTime = event.timeStamp - began.current < PATIENCE_MS;
      const letter = event.key.toLowerCase();
      began.current = 0;
      const page = inTime ? now.current.pages.find(({ to }) => LETTERS[to] === letter) : undefined;
      if (page) {
        event.preventDefault();
        void navigate({ to: page.to });
      } else if (letter === "g") began.current = event.timeStamp;
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, [navigate]);
}
