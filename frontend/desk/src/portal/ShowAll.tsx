import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useFilter } from "../desk/Filters";

/** Shown where a filter leaves nothing. */
export function ShowAll({ names }: { names: string[] }) {
  const filter = useFilter();
  return (
    <Button
      variant="default"
      size="sm"
      onClick={() => filter(Object.fromEntries(names.map((name) => [name, undefined])))}
    >
      <Trans>Show all</Trans>
    </Button>
  );
}
