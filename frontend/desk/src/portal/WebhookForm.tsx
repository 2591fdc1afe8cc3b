import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, CopyButton, Group, TextInput } from "@mantine/core";
import { useState } from "react";
import { http } from "../api/client";
import { useDeskForm } from "../desk/form";
import { Tabs } from "../desk/Tabs";
import { IconCheck, IconCopy } from "../ui/icons";
import { Code } from "./Code";
import keys from "./Keys.module.css";
import python from "./recipes/verify.py?raw";
import typescript from "./recipes/verify.ts.txt?raw";
import { ProblemAlert } from "./refusals";
import css from "./Webhooks.module.css";
import { type Endpoint, KINDS, type Kind, rereadWebhooks, useWebhookWords } from "./webhookWords";

/** A new webhook, or what is to change of one. `onMade` hears the new one's secret. */
export function WebhookForm({
  endpoint,
  onMade,
  onDone,
}: {
  endpoint?: Endpoint;
  onMade?: (secret: string) => void;
  onDone?: () => void;
}) {
  const { t } = useLingui();
  const { kinds: words } = useWebhookWords();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    initialValues: {
      url: endpoint?.url ?? "",
      description: endpoint?.description ?? "",
      kinds: (endpoint?.kinds ?? []) as string[],
    },
    validate: {
      url: (value) => (/^https?:\/\//i.test(value.trim()) ? null : t`It has to begin with https://`),
      kinds: (value) => (value.length > 0 ? null : t`Choose at least one`),
    },
    submit: async ({ url, description, kinds }) => {
      const body = { url: url.trim(), description: description.trim(), kinds: kinds as Kind[] };
      if (endpoint) {
        const params = { path: { endpoint_id: endpoint.id } };
        const { error } = await http.PUT("/api/portal/webhooks/{endpoint_id}", { params, body });
        if (error) throw error;
      } else {
        const { data, error } = await http.POST("/api/portal/webhooks", { body });
        if (error) throw error;
        onMade?.(data.secret);
      }
      await rereadWebhooks();
      onDone?.();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <TextInput
        label={t`Address`}
        description={t`Where your program listens; reachable from the Internet`}
        placeholder="https://hooks.example.com/maillage"
        type="url"
        required
        maxLength={2000}
        data-autofocus
        {...form.getInputProps("url")}
      />
      <TextInput
        label={t`What it is for`}
        description={t`For your team; may stay empty`}
        maxLength={200}
        {...form.getInputProps("description")}
      />
      <Checkbox.Group label={t`Events`} required {...form.getInputProps("kinds")}>
        <div className={keys.scopes}>
          {KINDS.map((kind) => (
            <Checkbox key={kind} value={kind} label={words[kind]} size="sm" />
          ))}
        </div>
      </Checkbox.Group>
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          {endpoint ? <Trans>Save</Trans> : <Trans>Create the webhook</Trans>}
        </Button>
      </Group>
    </form>
  );
}

/** Shown once, with what a program does with it. */
export function Secret({ secret, onDone }: { secret: string; onDone: () => void }) {
  return (
    <div>
      <p style={{ marginTop: 0 }} role="status">
        <Trans>
          This is the only time that the secret is shown. With it your program checks that a message is ours
          and was not altered.
        </Trans>
      </p>
      <div className={keys.secret}>
        <code>{secret}</code>
        <Copy value={secret} />
      </div>
      <Recipe />
      <Group justify="flex-end" mt="md">
        <Button onClick={onDone}>
          <Trans>I have kept the secret</Trans>
        </Button>
      </Group>
    </div>
  );
}

function Recipe() {
  const { t } = useLingui();
  const [language, setLanguage] = useState<"python" | "typescript">("python");
  const text = language === "python" ? python : typescript;
  return (
    <section>
      <div className={css.head}>
        <h3>
          <Trans>How your program checks a message</Trans>
        </h3>
        <Copy value={text} />
      </div>
      <Tabs
        label={t`Programming language`}
        value={language}
        onChange={(chosen) => setLanguage(chosen ?? "python")}
        items={[
          { value: "python" as const, label: "Python" },
          { value: "typescript" as const, label: "TypeScript" },
        ]}
      />
      <Code label={language === "python" ? "Python" : "TypeScript"} text={text} />
      <p>
        <Trans>
          Any library of{" "}
          <a href="https://www.standardwebhooks.com/" rel="noreferrer">
            Standard Webhooks
          </a>{" "}
          does the same. A message may come twice: remember its webhook-id.
        </Trans>
      </p>
    </section>
  );
}

function Copy({ value }: { value: string }) {
  const { t } = useLingui();
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Button
          size="compact-sm"
          variant="default"
          onClick={copy}
          leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
        >
          {copied ? t`Copied` : t`Copy`}
        </Button>
      )}
    </CopyButton>
  );
}
