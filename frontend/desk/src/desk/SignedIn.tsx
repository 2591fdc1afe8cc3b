import { Trans } from "@lingui/react/macro";
import { Page } from "./Page";

/** Where a sign-in from the dialog above ends, in its own tab. */
export function SignedIn() {
  return (
    <Page title={<Trans>You are signed in again</Trans>}>
      <p>
        <Trans>You can close this tab and go on in the one before.</Trans>
      </p>
    </Page>
  );
}
