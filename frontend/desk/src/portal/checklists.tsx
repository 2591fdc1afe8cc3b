import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { http, queryClient } from "../api/client";
import { Checklist, type Place, type Standing } from "../desk/Checklist";
import { Confirm } from "../desk/Confirm";
import { useDeskForm } from "../desk/form";
import { ProblemAlert } from "../desk/problems";
import { useSession } from "../desk/session";
import { Dialog } from "../desk/Windows";

const forget = () => queryClient.invalidateQueries({ queryKey: ["get", "/api/portal/checklists"] });

/** One's own checklists: an item is marked done with words and proof, or taken back. */
export function OwnChecklists({ standings }: { standings: Standing[] }) {
  const { t, i18n } = useLingui();
  const { can } = useSession();
  const [marking, setMarking] = useState<{ checklist: string; place: Place }>();
  const [taking, setTaking] = useState<{ checklist: string; place: Place }>();
  const title = (place: Place) => (i18n.locale === "fr" ? place.item.title_fr : place.item.title_en);
  const acts = (checklist: string) => (place: Place) => {
    if (!can("portal:programme:write")) return null;
    if (place.state === "open" || place.state === "refused")
      return (
        <Button size="compact-sm" variant="default" onClick={() => setMarking({ checklist, place })}>
          <Trans>Mark done</Trans>
          <span className="sr"> {title(place)}</span>
        </Button>
      );
    if (place.state === "waiting")
      return (
        <Button size="compact-sm" variant="subtle" onClick={() => setTaking({ checklist, place })}>
          <Trans>Take back</Trans>
          <span className="sr"> {title(place)}</span>
        </Button>
      );
    return null;
  };
  return (
    <>
      {standings.map((standing) => (
        <Checklist key={standing.checklist} standing={standing} acts={acts(standing.checklist)} />
      ))}
      <Dialog
        opened={marking !== undefined}
        onClose={() => setMarking(undefined)}
        title={marking ? title(marking.place) : ""}
        closeOnClickOutside={false}
      >
        {marking ? <Mark {...marking} onDone={() => setMarking(undefined)} /> : null}
      </Dialog>
      <Confirm
        about={taking}
        title={t`Take it back?`}
        action={t`Take back`}
        onClose={() => setTaking(undefined)}
        run={async ({ checklist, place }) => {
          const { error } = await http.POST("/api/portal/checklists/{checklist}/items/{item}/take-back", {
            params: { path: { checklist, item: place.item.code } },
          });
          if (error) throw error;
          await forget();
        }}
      >
        <Trans>Nobody checks it until you mark it done again.</Trans>
      </Confirm>
    </>
  );
}

function Mark({ checklist, place, onDone }: { checklist: string; place: Place; onDone: () => void }) {
  const { t } = useLingui();
  const { form, onSubmit, pending, error, rest } = useDeskForm({
    draft: `checklist:${checklist}:${place.item.code}`,
    initialValues: { words: "", proof: "" },
    validate: {
      words: (value) => (value.trim() ? null : t`Say what was done`),
      proof: (value) => (value === "" || /^https:\/\/\S+$/.test(value) ? null : t`Begin it with https://`),
    },
    submit: async (values, key) => {
      const { error } = await http.POST("/api/portal/checklists/{checklist}/items/{item}/done", {
        params: { path: { checklist, item: place.item.code } },
        headers: { "idempotency-key": key },
        body: values,
      });
      if (error) throw error;
      await forget();
      onDone();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate style={{ display: "grid", gap: 14 }}>
      <ProblemAlert error={error} rest={rest} />
      <Textarea
        label={t`What was done`}
        required
        autosize
        minRows={3}
        maxLength={2000}
        data-autofocus
        {...form.getInputProps("words")}
      />
      <TextInput
        label={t`Page that shows it (optional)`}
        placeholder="https://"
        maxLength={500}
        {...form.getInputProps("proof")}
      />
      <Group justify="flex-end">
        <Button type="submit" loading={pending}>
          <Trans>Mark done</Trans>
        </Button>
      </Group>
    </form>
  );
}
