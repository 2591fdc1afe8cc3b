import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, http, type Schema } from "../api/client";
import { Confirm } from "../desk/Confirm";
import { Empty } from "../desk/Empty";
import { useAction } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { Facts, Panel } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";
import { Pill } from "../ui/Pill";
import css from "./File.module.css";
import { forget } from "./file";

type Agreement = Schema["AgreementView"];

/** The agreement and the self-billing mandate: read in full, signed by name, the mandate revoked. */
export function Agreements() {
  const agreements = api.useQuery("get", "/api/portal/agreements");
  return (
    <Panel title={<Trans>Agreement and mandate</Trans>}>
      <Loaded query={agreements} height={180}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={<Trans>Nothing is to be signed</Trans>} />
          ) : (
            items.map((one) => <One key={one.id} one={one} among={items} />)
          )
        }
      </Loaded>
    </Panel>
  );
}

function useKinds(): Record<string, string> {
  const { t } = useLingui();
  return { partner: t`Partnership agreement`, self_billing: t`Self-billing mandate` };
}

function One({ one, among }: { one: Agreement; among: Agreement[] }) {
  const { t } = useLingui();
  const { can } = useSession();
  const kinds = useKinds();
  const [reading, setReading] = useState(false);
  const [revoking, setRevoking] = useState<Agreement>();
  const toCome = among.some(({ kind, version }) => kind === one.kind && version < one.version);
  const named = kinds[one.kind] ?? one.kind;
  // The list's first of a kind is where the checklist leads.
  const anchor = toCome ? undefined : one.kind === "partner" ? "agreement" : "self_billing_mandate";
  return (
    <article className={css.agreement} id={anchor}>
      <h3>
        {t`${named}, version ${one.version}`}{" "}
        {one.accepted_at ? (
          <Pill tone="good">
            <Trans>Signed</Trans>
          </Pill>
        ) : toCome ? (
          <Pill tone="accent">
            <Trans>To come</Trans>
          </Pill>
        ) : (
          <Pill tone="warn">
            <Trans>To be signed</Trans>
          </Pill>
        )}
      </h3>
      <Facts
        items={[
          [toCome ? t`Begins` : t`In force since`, <Moment key="f" at={one.valid_from} day />],
          ...(toCome
            ? [[t`Time to sign it`, t`${one.notice_days} days after it began`] as [string, string]]
            : []),
          ...(one.contest_days
            ? [[t`An invoice may be contested for`, t`${one.contest_days} days`] as [string, string]]
            : []),
          ...(one.accepted_at
            ? [
                [t`Signed by`, one.accepted_name ?? ""] as [string, string],
                [t`Signed`, <Moment key="a" at={one.accepted_at} />] as [string, React.ReactNode],
              ]
            : []),
        ]}
      />
      <div className={css.end}>
        {one.kind === "self_billing" && one.accepted_at && can("portal:agreement:sign") ? (
          <Button size="sm" variant="default" onClick={() => setRevoking(one)}>
            <Trans>Revoke the mandate</Trans>
          </Button>
        ) : null}
        <Button size="sm" variant={one.accepted_at ? "default" : "filled"} onClick={() => setReading(true)}>
          {one.accepted_at || !can("portal:agreement:sign") ? (
            <Trans>Read it</Trans>
          ) : (
            <Trans>Read and sign</Trans>
          )}
        </Button>
      </div>
      <Dialog
        opened={reading}
        onClose={() => setReading(false)}
        title={t`${named}, version ${one.version}`}
        size="xl"
      >
        <Reading one={one} onDone={() => setReading(false)} />
      </Dialog>
      <Revoke one={revoking} onClose={() => setRevoking(undefined)} />
    </article>
  );
}

function Reading({ one, onDone }: { one: Agreement; onDone: () => void }) {
  const { t, i18n } = useLingui();
  const { can, organisation } = useSession();
  const [name, setName] = useState("");
  const language = i18n.locale === "fr" ? "fr" : "en";
  const sha256 = language === "fr" ? one.sha256_fr : one.sha256_en;
  const sign = useAction(async () => {
    const { error } = await http.POST("/api/portal/agreements/{agreement_id}/accept", {
      params: { path: { agreement_id: one.id } },
      body: { name: name.trim(), language, sha256 },
    });
    if (error) throw error;
    await forget();
    onDone();
  });
  return (
    <div className={css.form}>
      <section className={css.text} tabIndex={0} aria-label={t`The text in full`}>
        {language === "fr" ? one.text_fr : one.text_en}
      </section>
      <p className={css.hash}>{t`Version ${one.version} · SHA-256 of this text: ${sha256}`}</p>
      {one.accepted_at ? (
        <p className={css.how}>{t`Signed by ${one.accepted_name ?? ""}.`}</p>
      ) : can("portal:agreement:sign") ? (
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            void sign.run();
          }}
        >
          <ProblemAlert error={sign.error} />
          <TextInput
            label={t`Your first and last name, as your signature`}
            description={t`You sign for ${organisation ?? ""}. The moment, your name and the hash of the text are kept.`}
            required
            maxLength={200}
            autoComplete="name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <div className={css.end}>
            <Button type="submit" loading={sign.pending} disabled={!name.trim()}>
              <Trans>I have read it and accept it</Trans>
            </Button>
          </div>
        </form>
      ) : (
        <p className={css.how}>
          <Trans>An owner of your organisation signs it.</Trans>
        </p>
      )}
    </div>
  );
}

function Revoke({ one, onClose }: { one: Agreement | undefined; onClose: () => void }) {
  const { t } = useLingui();
  const [reason, setReason] = useState("");
  const revoke = async () => {
    const { error } = await http.POST("/api/portal/mandate/revoke", {
      body: { reason: reason.trim() || null },
    });
    if (error) throw error;
    setReason("");
    await forget();
  };
  return (
    <Confirm
      about={one}
      title={t`Revoke the self-billing mandate?`}
      action={<Trans>Revoke the mandate</Trans>}
      run={revoke}
      onClose={onClose}
      danger
    >
      <p>
        <Trans>
          From now on no invoice is issued in your name: your listings leave the store and nothing is paid out
          until a mandate is signed again. Invoices already issued stay.
        </Trans>
      </p>
      <TextInput
        label={t`Why (optional)`}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  );
}
