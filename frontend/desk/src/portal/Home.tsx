import { Trans } from "@lingui/react/macro";
import { Page } from "../desk/Page";
import { useSession } from "../desk/session";

export function Home() {
  const { person } = useSession();
  return (
    <Page title={<Trans>Hello {person?.name ?? ""}</Trans>}>
      <p />
    </Page>
  );
}
