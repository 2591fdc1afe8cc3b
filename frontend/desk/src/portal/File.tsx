import { plural } from "@lingui/core/macro";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { Loaded } from "../desk/Loaded";
import { Notice } from "../desk/Notice";
import { Page, Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { Side } from "../desk/Windows";
import { IconAlertTriangle, IconCheck, IconClock } from "../ui/icons";
import { Pill, type Tone } from "../ui/Pill";
import { Agreements } from "./Agreements";
import { Decisions } from "./Decisions";
import css from "./File.module.css";
import { History } from "./FileHistory";
import { daysUntil, type File_, forget, type Item, neededFrom, useFile, useFileWords } from "./file";
import { Numbers } from "./Numbers";
import { Supply } from "./Supply";

const SIGNED = ["agreement", "self_billing_mandate"];

/** What an organisation has to show and to sign before it sells and is paid, and what of it is there. */
export function File() {
  const file = useFile();
  const words = useFileWords();
  const [open, setOpen] = useState<Item>();
  // What is below is read again with it, so that all of the page says the same.
  const states = file.data?.items.map(({ name, state }) => `${name} ${state}`).join();
  const before = useRef(states);
  useEffect(() => {
    if (before.current !== undefined && before.current !== states) void forget();
    before.current = states;
  }, [states]);
  return (
    <Page
      narrow
      title={<Trans>Your file</Trans>}
      about={<Trans>What you show and sign before you sell and are paid. We look at each of it.</Trans>}
    >
      <Loaded query={file} height={420}>
        {(data) => (
          <>
            <Standing file={data} />
            <Panel title={<Trans>What it takes</Trans>} flush>
              {data.items.length === 0 ? (
                <p className={css.none}>
                  <Trans>Nothing is asked of your organisation.</Trans>
                </p>
              ) : (
                <ol className={css.items}>
                  {data.items.map((item) => (
                    <Line
                      key={item.name}
                      item={item}
                      expiring={data.expiring.includes(item.name)}
                      onSupply={() => setOpen(item)}
                    />
                  ))}
                </ol>
              )}
            </Panel>
          </>
        )}
      </Loaded>
      <Agreements />
      <Numbers />
      <Decisions />
      <History />
      <Side
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={open ? words.own(open.words) : ""}
      >
        {open ? <Supply key={open.name} item={open} onDone={() => setOpen(undefined)} /> : null}
      </Side>
    </Page>
  );
}

/** In one sentence: whole, what is missing, or what stops meanwhile. */
function Standing({ file }: { file: File_ }) {
  const words = useFileWords();
  const missing = file.items.filter(({ held }) => !held);
  const yours = neededFrom(file).length;
  const restricted = file.restricted.length ? (
    <Notice tone="bad" title={<Trans>A restriction is in force</Trans>}>
      {file.restricted.map(words.scope).join(" · ")}
    </Notice>
  ) : null;
  if (file.complete)
    return (
      <>
        {restricted}
        <Notice
          tone={file.expiring.length ? "warn" : "good"}
          title={
            file.expiring.length ? (
              <Trans>Your file is complete, and something is to be renewed soon</Trans>
            ) : (
              <Trans>Your file is complete</Trans>
            )
          }
        >
          <Trans>Your listings may be on sale and your payouts leave.</Trans>
        </Notice>
      </>
    );
  return (
    <>
      {restricted}
      <Notice
        tone={yours > 0 ? "warn" : "accent"}
        title={
          yours > 0 ? (
            <Plural
              value={yours}
              one="One thing is still needed from you"
              other="# things are still needed from you"
            />
          ) : (
            <Trans>We are looking at what you sent</Trans>
          )
        }
      >
        {file.restricted.length ? null : missing.every(({ name }) => name === "bank_holder") ? (
          <Trans>Your listings may be on sale already; what you earn waits for your bank account.</Trans>
        ) : (
          <Trans>
            Until the file is complete nothing of yours is on sale and what you earn waits for you.
          </Trans>
        )}
      </Notice>
    </>
  );
}

const TONES: Record<Item["state"], Tone> = {
  missing: "warn",
  supplied: "accent",
  accepted: "good",
  refused: "bad",
  expired: "bad",
};

function Line({ item, expiring, onSupply }: { item: Item; expiring: boolean; onSupply: () => void }) {
  const words = useFileWords();
  return (
    <li className={css.item} data-held={item.held || undefined}>
      <span className={css.mark} aria-hidden="true">
        {item.held ? (
          <IconCheck size={18} />
        ) : item.state === "supplied" ? (
          <IconClock size={18} />
        ) : (
          <IconAlertTriangle size={18} />
        )}
      </span>
      <div className={css.said}>
        <p>
          <b>{words.own(item.words)}</b>{" "}
          <Pill tone={expiring ? "warn" : TONES[item.state]}>{words.state(item.state)}</Pill>
        </p>
        <Note item={item} expiring={expiring} />
      </div>
      <Way item={item} expiring={expiring} onSupply={onSupply} />
    </li>
  );
}

function Note({ item, expiring }: { item: Item; expiring: boolean }) {
  const { t } = useLingui();
  const words = useFileWords();
  const ends = item.holds_until;
  const day = ends ? words.until(ends) : "";
  const days = ends ? daysUntil(ends) : 0;
  const lines = [
    expiring && ends
      ? t`Holds until ${day}: ${plural(days, { one: "# day", other: "# days" })} left to renew it.`
      : null,
    item.reason ? t`Why: ${words.reason(item.reason)}` : null,
    item.held && ends && item.state !== "accepted" ? t`The one before holds until ${day}.` : null,
    item.held && !ends && item.state === "supplied" ? t`The one before holds meanwhile.` : null,
    item.held && ends && item.state === "accepted" && !expiring ? t`Holds until ${day}.` : null,
    item.state === "expired" && ends ? t`It held until ${day}.` : null,
    item.state === "supplied" && item.name === "vat_number"
      ? t`VIES is asked; it mostly takes minutes.`
      : null,
    item.held && (item.state === "accepted" || item.state === "supplied") ? null : words.own(item.how),
  ].filter(Boolean);
  return lines.length ? <p>{lines.join(" ")}</p> : null;
}

/** The one button that brings the item further. */
function Way({ item, expiring, onSupply }: { item: Item; expiring: boolean; onSupply: () => void }) {
  const { can } = useSession();
  if (item.name === "bank_holder") {
    if (item.held || !can("portal:account:read")) return null;
    return (
      <Button size="sm" renderRoot={(props) => <Link to="/portal/bank" {...props} />}>
        <Trans>To the bank account</Trans>
      </Button>
    );
  }
  if (SIGNED.includes(item.name)) {
    if (item.held && !expiring) return null;
    return (
      <Button size="sm" component="a" href={`#${item.name}`}>
        <Trans>Read and sign</Trans>
      </Button>
    );
  }
  if (!can("portal:file:write")) return null;
  const urgent = !item.held || expiring;
  return (
    <Button size="sm" variant={urgent && item.state !== "supplied" ? "filled" : "default"} onClick={onSupply}>
      {item.state === "missing" ? <Trans>Give it</Trans> : <Trans>Renew or correct</Trans>}
    </Button>
  );
}
