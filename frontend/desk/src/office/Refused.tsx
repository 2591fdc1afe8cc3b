import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { Page } from "../desk/Page";
import { Refused as Unavailable } from "../desk/Refused";

export function Refused({ error }: ErrorComponentProps) {
  return <Unavailable title={<Trans>The office cannot be shown</Trans>} error={error} />;
}

/** A partner has no work here. */
export function WrongArea() {
  return (
    <Page narrow title={<Trans>The office is for the operator’s staff</Trans>}>
      <p>
        <Trans>You act for a partner: your work is in the portal.</Trans>
      </p>
      <Button component="a" href="/portal">
        <Trans>Go to the portal</Trans>
      </Button>
    </Page>
  );
}
