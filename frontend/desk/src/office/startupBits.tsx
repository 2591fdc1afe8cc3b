import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, http, queryClient } from "../api/client";
import { Checklist, type Place } from "../desk/Checklist";
import { Confirm } from "../desk/Confirm";
import { useSession } from "../desk/session";

export const forgetStartups = () =>
  Promise.all(
    [
      "/api/office/startups",
      "/api/office/checklist-reviews",
      "/api/office/organisations/{organisation_id}/checklists",
      "/api/office/organisations/{organisation_id}/startup",
      "/api/office/programme-applications",
    ].map((path) => queryClient.invalidateQueries({ queryKey: ["get", path] })),
  );

/** One line of words that the partner reads. */
export function Why({
  value,
  onChange,
  label,
  required = true,
}: {
  value: string;
  onChange: (value: string) => void;
  label: string;
  required?: boolean;
}) {
  return (
    <Textarea
      label={label}
      required={required}
      autosize
      minRows={2}
      maxLength={1000}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value.replaceAll("\n", " "))}
    />
  );
}

export interface Decided {
  organisation_id: string;
  checklist: string;
  item: string;
  title: string;
  verb: "accept" | "refuse";
}

/** Accepting or refusing one item; the partner reads the words. */
export function DecideItem({ about, onClose }: { about: Decided | undefined; onClose: () => void }) {
  const { t } = useLingui();
  const [reason, setReason] = useState("");
  const close = () => {
    setReason("");
    onClose();
  };
  const refuse = about?.verb === "refuse";
  return (
    <Confirm
      about={about}
      title={about?.title ?? ""}
      action={refuse ? t`Refuse with this reason` : t`Accept the item`}
      danger={refuse}
      onClose={close}
      run={async ({ organisation_id, checklist, item, verb }) => {
        const params = { path: { organisation_id, checklist, item } };
        const { error } =
          verb === "accept"
            ? await http.POST(
                "/api/office/organisations/{organisation_id}/checklists/{checklist}/items/{item}/accept",
                { params, body: { reason: reason.trim() } },
              )
            : await http.POST(
                "/api/office/organisations/{organisation_id}/checklists/{checklist}/items/{item}/refuse",
                { params, body: { reason: reason.trim() } },
              );
        if (error) throw error;
        await forgetStartups();
      }}
    >
      <Why
        label={refuse ? t`Reason: the partner reads it` : t`Remark (optional): the partner reads it`}
        required={refuse}
        value={reason}
        onChange={setReason}
      />
    </Confirm>
  );
}

/** A partner's checklists, with what the office may decide. */
export function TheirChecklists({ organisationId }: { organisationId: string }) {
  const { i18n } = useLingui();
  const { can } = useSession();
  const [deciding, setDeciding] = useState<Decided>();
  const lists = api.useQuery("get", "/api/office/organisations/{organisation_id}/checklists", {
    params: { path: { organisation_id: organisationId } },
  });
  const acts = (checklist: string) => (place: Place) => {
    if (!can("office:programme:write")) return null;
    const title = i18n.locale === "fr" ? place.item.title_fr : place.item.title_en;
    const decide = (verb: Decided["verb"]) => () =>
      setDeciding({ organisation_id: organisationId, checklist, item: place.item.code, title, verb });
    if (place.state === "waiting")
      return (
        <>
          <Button size="compact-sm" onClick={decide("accept")}>
            <Trans>Accept</Trans>
            <span className="sr"> {title}</span>
          </Button>
          <Button size="compact-sm" variant="default" onClick={decide("refuse")}>
            <Trans>Refuse</Trans>
            <span className="sr"> {title}</span>
          </Button>
        </>
      );
    if (place.state === "accepted")
      return (
        <Button size="compact-sm" variant="subtle" onClick={decide("refuse")}>
          <Trans>Ask for it again</Trans>
          <span className="sr"> {title}</span>
        </Button>
      );
    return null;
  };
  return (
    <>
      {lists.data?.map((standing) => (
        <Checklist key={standing.checklist} standing={standing} acts={acts(standing.checklist)} />
      ))}
      <DecideItem about={deciding} onClose={() => setDeciding(undefined)} />
    </>
  );
}

/** A day of the calendar, as the browser lets it be chosen. */
export function Day({
  label,
  value,
  onChange,
  min,
  error,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  min?: string;
  error?: string | undefined;
}) {
  return (
    <TextInput
      type="date"
      label={label}
      required
      value={value}
      min={min}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
