import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { Desk } from "./Desk";
import { Page } from "./Page";
import { ProblemAlert } from "./problems";

/** An area could not even begin: the server refuses or is silent. */
export function Refused({ title, error }: { title: ReactNode; error: unknown }) {
  return (
    <Desk>
      <main id="main">
        <Page narrow title={title}>
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
