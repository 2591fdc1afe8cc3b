import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { Desk } from "../desk/Desk";
import { Page } from "../desk/Page";
import { ProblemAlert } from "../desk/problems";

/** The area could not even begin: the server refuses or is silent. */
export function Refused({ error }: ErrorComponentProps) {
  return (
    <Desk>
      <main id="main">
        <Page narrow title={<Trans>The office cannot be shown</Trans>}>
          <ProblemAlert error={error} />
          <Button onClick={() => location.reload()}>
            <Trans>Try again</Trans>
          </Button>
        </Page>
      </main>
    </Desk>
  );
}

export function NotFound() {
  return (
    <Page narrow title={<Trans>This page does not exist</Trans>}>
      <p>
        <Trans>The address may have changed. Everything is in the menu.</Trans>
      </p>
    </Page>
  );
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
