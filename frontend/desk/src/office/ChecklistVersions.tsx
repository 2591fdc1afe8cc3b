import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Group, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { useDeskForm } from "../desk/form";
import { Loaded } from "../desk/Loaded";
import { Moment } from "../desk/Moment";
import { NumberInput } from "../desk/NumberField";
import { Panel } from "../desk/Page";
import { useSession } from "../desk/session";
import { Side } from "../desk/Windows";
import { Pill } from "../ui/Pill";
import css from "./office.module.css";
import { midnightInParis } from "./paris";
import { ProblemAlert } from "./refusals";
import { Day } from "./startupBits";

type List = Schema["ChecklistView"];
type Version = Schema["ChecklistVersionView"];
type Item = Schema["ChecklistItemView"];

/** What each list asks for now, what was announced and what it asked for before. */
export function ChecklistVersions() {
  const { i18n } = useLingui();
  const { can } = useSession();
  const [editing, setEditing] = useState<List>();
  const lists = api.useQuery("get", "/api/office/checklists");
  const name = (list: List) => (i18n.locale === "fr" ? list.name_fr : list.name_en);
  return (
    <Loaded query={lists} height={320}>
      {(all) => (
        <>
          {all.map((list) => (
            <Panel
              key={list.code}
              title={name(list)}
              aside={
                can("office:programme:write") ? (
                  <Button size="compact-sm" variant="default" onClick={() => setEditing(list)}>
                    <Trans>New version</Trans>
                    <span className="sr"> {name(list)}</span>
                  </Button>
                ) : null
              }
            >
              {list.is_gate ? (
                <p style={{ marginTop: 0 }}>
                  <Trans>Listings of members go into review once it is done.</Trans>
                </p>
              ) : null}
              {list.versions.map((version) => (
                <VersionItems key={version.number} list={list} version={version} />
              ))}
            </Panel>
          ))}
          <Side
            opened={editing !== undefined}
            onClose={() => setEditing(undefined)}
            title={editing ? name(editing) : ""}
            size={680}
            closeOnClickOutside={false}
          >
            {editing ? (
              <Editor key={editing.code} list={editing} onDone={() => setEditing(undefined)} />
            ) : null}
          </Side>
        </>
      )}
    </Loaded>
  );
}

function inForce(list: List): number | undefined {
  const now = new Date().toISOString();
  return list.versions.find((version) => version.valid_from <= now)?.number;
}

function VersionItems({ list, version }: { list: List; version: Version }) {
  const { t, i18n } = useLingui();
  const now = inForce(list);
  const tone = version.number === now ? "good" : version.number > (now ?? 0) ? "accent" : "neutral";
  const state = { good: t`In force`, accent: t`Announced`, neutral: t`Past` }[tone];
  return (
    <details open={version.number === now}>
      <summary style={{ cursor: "pointer", padding: "6px 0" }}>
        {t`Version ${version.number}`} <Pill tone={tone}>{state}</Pill>{" "}
        {version.number === 1 ? null : <Moment at={version.valid_from} day />} {version.note}
      </summary>
      <ol style={{ margin: "4px 0 10px", paddingLeft: 22 }}>
        {version.items.map((item) => (
          <li key={item.code}>
            {i18n.locale === "fr" ? item.title_fr : item.title_en}{" "}
            {item.is_required ? null : (
              <Pill>
                <Trans>Optional</Trans>
              </Pill>
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}

interface Values extends Record<string, unknown> {
  day: string;
  note: string;
  items: Item[];
}

const EMPTY: Item = {
  code: "",
  title_fr: "",
  title_en: "",
  help_fr: "",
  help_en: "",
  link: "",
  due_days: null,
  is_required: true,
};

function Editor({ list, onDone }: { list: List; onDone: () => void }) {
  const { t } = useLingui();
  const tomorrow = new Date(Date.now() + 86_400_000).toLocaleDateString("sv-SE", {
    timeZone: "Europe/Paris",
  });
  const { form, onSubmit, pending, error, rest } = useDeskForm<Values>({
    initialValues: { day: tomorrow, note: "", items: list.versions[0]?.items ?? [EMPTY] },
    validate: {
      items: {
        code: (value: string) => (/^[a-z][a-z0-9_]+$/.test(value) ? null : t`Small letters, digits and _`),
        title_fr: (value: string) => (value.trim() ? null : t`The title in French`),
        title_en: (value: string) => (value.trim() ? null : t`The title in English`),
      },
    },
    submit: async (values, key) => {
      const { error: refusal } = await http.POST("/api/office/checklists/{checklist}/versions", {
        params: { path: { checklist: list.code } },
        headers: { "idempotency-key": key },
        body: { valid_from: midnightInParis(values.day), note: values.note.trim(), items: values.items },
      });
      if (refusal) throw refusal;
      await queryClient.invalidateQueries({ queryKey: ["get", "/api/office/checklists"] });
      onDone();
    },
  });
  return (
    <form className={css.form} onSubmit={onSubmit} noValidate>
      <ProblemAlert error={error} rest={rest} />
      <p style={{ margin: 0 }}>
        <Trans>What was accepted under a code stays accepted; a new code is to be done by everybody.</Trans>
      </p>
      <Day
        label={t`In force from`}
        value={form.values.day}
        min={tomorrow}
        onChange={(day) => form.setFieldValue("day", day)}
      />
      <TextInput label={t`Note (optional)`} maxLength={500} {...form.getInputProps("note")} />
      {form.values.items.map((_, index) => (
        <fieldset
          key={index}
          style={{ display: "grid", gap: 10, border: "1px solid var(--line)", borderRadius: 10 }}
        >
          <legend>{t`Item ${index + 1}`}</legend>
          <div className={css.formRow}>
            <TextInput
              label={t`Code`}
              required
              maxLength={40}
              {...form.getInputProps(`items.${index}.code`)}
            />
            <NumberInput
              label={t`Planned after days (optional)`}
              min={1}
              max={1000}
              allowDecimal={false}
              value={form.values.items[index]?.due_days ?? ""}
              onChange={(value) =>
                form.setFieldValue(`items.${index}.due_days`, value === "" ? null : Number(value))
              }
            />
          </div>
          <TextInput
            label={t`Title in French`}
            required
            maxLength={200}
            {...form.getInputProps(`items.${index}.title_fr`)}
          />
          <TextInput
            label={t`Title in English`}
            required
            maxLength={200}
            {...form.getInputProps(`items.${index}.title_en`)}
          />
          <Textarea
            label={t`Help in French`}
            autosize
            maxLength={1000}
            {...form.getInputProps(`items.${index}.help_fr`)}
          />
          <Textarea
            label={t`Help in English`}
            autosize
            maxLength={1000}
            {...form.getInputProps(`items.${index}.help_en`)}
          />
          <TextInput
            label={t`Document that helps (optional)`}
            placeholder="https://"
            maxLength={500}
            {...form.getInputProps(`items.${index}.link`)}
          />
          <Group justify="space-between">
            <Checkbox
              label={t`Required`}
              {...form.getInputProps(`items.${index}.is_required`, { type: "checkbox" })}
            />
            <Button
              size="compact-sm"
              variant="subtle"
              color="danger"
              disabled={form.values.items.length === 1}
              onClick={() => form.removeListItem("items", index)}
            >
              {t`Remove item ${index + 1}`}
            </Button>
          </Group>
        </fieldset>
      ))}
      <Group justify="space-between">
        <Button variant="default" onClick={() => form.insertListItem("items", EMPTY)}>
          <Trans>Add an item</Trans>
        </Button>
        <Button type="submit" loading={pending}>
          <Trans>Announce the version</Trans>
        </Button>
      </Group>
    </form>
  );
}
