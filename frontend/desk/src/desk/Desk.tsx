import "./mantine-parts.css";
import "./mantine.css";
import { MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { nonce } from "../ui/nonce";
import { ProveFirst } from "./ProveFirst";
import { SessionEnded } from "./SessionEnded";
import { theme } from "./theme";

/** What both signed-in areas stand in. Mantine lives in here and in the areas, not in src/ui. */
export function Desk({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      {children}
      <ProveFirst />
      <SessionEnded />
    </MantineProvider>
  );
}
