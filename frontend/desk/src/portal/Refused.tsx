import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { Page } from "../desk/Page";
import { Refused as Unavailable } from "../desk/Refused";
import { useSession } from "../desk/session";

export function Refused({ error }: ErrorComponentProps) {
  return <Unavailable title={<Trans>The portal cannot be shown</Trans>} error={error} />;
}

/** Neither the operator's staff nor a mere buyer has work here. */
export function WrongArea() {
  const { scopes } = useSession();
  const { i18n } = useLingui();
  const isStaff = scopes.some((scope) => scope.startsWith("office:"));
  return (
    <Page narrow title={<Trans>The portal is for partners</Trans>}>
      <p>
        {isStaff ? (
          <Trans>You act for the operator: your work is in the office.</Trans>
        ) : (
          <Trans>Your purchases are in the store. To sell here, see what partners get.</Trans>
        )}
      </p>
      {isStaff ? (
        <Button component="a" href="/office">
          <Trans>Go to the office</Trans>
        </Button>
      ) : (
        <Group>
          <Button component="a" href={`/${i18n.locale}/purchases`}>
            <Trans>My purchases</Trans>
          </Button>
          <Button component="a" variant="default" href={`/${i18n.locale}/partners`}>
            <Trans>Sell with us</Trans>
          </Button>
        </Group>
      )}
    </Page>
  );
}
