import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, http, queryClient, type Schema } from "../api/client";
import { useAction } from "../desk/form";
import { Notice } from "../desk/Notice";
import { ChooseOrganisation } from "./ChooseOrganisation";
import css from "./office.module.css";
import { today } from "./paris";
import { ProblemAlert } from "./refusals";
import { type Relation, useRelationWords } from "./relationWords";

const BY_RULE = "rule";

/** Another relation from a day on, with its reason; what was before stays readable. */
export function DecideRelation({
  id,
  now,
  onClose,
}: {
  id: string;
  now: Schema["RelationView"];
  onClose: () => void;
}) {
  const { t } = useLingui();
  const words = useRelationWords();
  const [wanted, setWanted] = useState<string>(now.relation);
  const [manager, setManager] = useState<string | null>(now.manager_id);
  const [partner, setPartner] = useState<string>(now.partner_id ?? "");
  const [day, setDay] = useState(today());
  const [reason, setReason] = useState("");
  const staff = api.useQuery("get", "/api/office/staff", {});
  const managed = wanted === "account_managed";
  const partnered = wanted === "partner_managed";
  const doing = useAction(async () => {
    const { error } = await http.POST("/api/office/organisations/{organisation_id}/relation", {
      params: { path: { organisation_id: id } },
      body: {
        relation: wanted === BY_RULE ? null : (wanted as Relation),
        manager_id: managed ? manager : null,
        partner_id: partnered ? partner : null,
        starts_on: day === today() ? null : day,
        reason: reason.trim(),
      },
    });
    if (error) throw error;
    await queryClient.invalidateQueries({ queryKey: ["get"] });
    onClose();
  });
  const ready = reason.trim() && day && (!managed || manager) && (!partnered || partner);
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) doing.run();
      }}
    >
      <ProblemAlert error={doing.error} />
      <NativeSelect
        label={t`Relation`}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
        data={[
          ...Object.entries(words.relations).map(([value, label]) => ({ value, label })),
          { value: BY_RULE, label: t`As the rules say` },
        ]}
      />
      {managed ? (
        <Select
          label={t`Account manager`}
          placeholder={t`Name of a colleague`}
          required
          searchable
          data={staff.data?.items.map((one) => ({ value: one.id, label: one.name })) ?? []}
          value={manager}
          onChange={setManager}
          nothingFoundMessage={t`Nobody is called so`}
        />
      ) : null}
      {partnered ? (
        <ChooseOrganisation label={t`Partner that manages it`} value={partner} onChange={setPartner} />
      ) : null}
      <TextInput
        type="date"
        label={t`From`}
        required
        min={today()}
        value={day}
        onChange={(event) => setDay(event.currentTarget.value)}
      />
      <TextInput
        label={t`Reason`}
        description={t`It is kept with the change.`}
        required
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Notice title={t`Orders keep whom they found`}>
        <Trans>The change counts for orders placed from that day on.</Trans>
      </Notice>
      <div className={css.formEnd}>
        <Button type="submit" loading={doing.pending} disabled={!ready}>
          <Trans>Decide it</Trans>
        </Button>
        <Button variant="default" onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </form>
  );
}
