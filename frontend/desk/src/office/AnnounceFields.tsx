import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import css from "./office.module.css";

/** From when a change counts and why, and the two ways out of its form. */
export function AnnounceFields({
  inputProps,
  pending,
  onCancel,
  from,
}: {
  inputProps: (field: "valid_from" | "note") => object;
  pending: boolean;
  onCancel: () => void;
  /** Where the day means more than "from then on". */
  from?: string;
}) {
  const { t } = useLingui();
  return (
    <>
      <TextInput
        type="date"
        label={from ?? t`From the beginning of, Paris time`}
        required
        {...inputProps("valid_from")}
      />
      <TextInput label={t`Why (optional)`} maxLength={500} {...inputProps("note")} />
      <div className={css.formEnd}>
        <Button type="submit" loading={pending}>
          <Trans>Announce it</Trans>
        </Button>
        <Button type="button" variant="default" onClick={onCancel}>
          <Trans>Not now</Trans>
        </Button>
      </div>
    </>
  );
}
