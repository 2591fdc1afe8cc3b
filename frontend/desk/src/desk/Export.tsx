import { Trans } from "@lingui/react/macro";
import { Button, Menu } from "@mantine/core";
import type { ReactNode } from "react";
import { IconChevronDown, IconDownload } from "../ui/icons";
import { stringifySearch } from "../ui/search";

/** All rows of a list by its filters, as a CSV in the form of the reader's spreadsheet. */
export function Export({
  path,
  wanted,
  json = false,
  children,
}: {
  path: string;
  wanted: Record<string, string | undefined>;
  /** Whether the address answers JSON, too. */
  json?: boolean;
  children: ReactNode;
}) {
  const address = (locale: string) => path + stringifySearch({ ...wanted, locale });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          size="sm"
          leftSection={<IconDownload size={16} />}
          rightSection={<IconChevronDown size={15} />}
        >
          {children}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={address("international")}>
          CSV
        </Menu.Item>
        <Menu.Item component="a" href={address("fr")}>
          <Trans>CSV for a French Excel</Trans>
        </Menu.Item>
        {json ? (
          <Menu.Item component="a" href={path + stringifySearch({ ...wanted, format: "json" })}>
            JSON
          </Menu.Item>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}
