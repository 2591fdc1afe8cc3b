import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { http, onSessionEnded, queryClient } from "../api/client";
import { signInAddress } from "./session";
import { Dialog } from "./Windows";

/**
 * The session has ended while a page is open: the page and what was typed stay as they are. Signing in
 * happens in a tab of its own, whatever it takes there, and this tab goes on when it is looked at again.
 */
export function SessionEnded() {
  const [ended, setEnded] = useState(false);
  const { t } = useLingui();

  useEffect(() => onSessionEnded(() => setEnded(true)), []);
  useEffect(() => {
    if (!ended) return;
    const look = async () => {
      const { response } = await http.GET("/api/store/session");
      if (!response.ok) return;
      setEnded(false);
      await queryClient.invalidateQueries();
    };
    window.addEventListener("focus", look);
    return () => window.removeEventListener("focus", look);
  }, [ended]);

  const area = location.pathname.split("/")[1] ?? "portal";
  return (
    <Dialog opened={ended} onClose={() => setEnded(false)} title={t`Your session has ended`}>
      <p style={{ marginTop: 0 }}>
        <Trans>Nothing on this page is lost. Sign in again in a new tab, then come back to this one.</Trans>
      </p>
      <Button component="a" href={signInAddress(`/${area}/signed-in`)} target="_blank" rel="opener">
        <Trans>Sign in again</Trans>
      </Button>
    </Dialog>
  );
}
