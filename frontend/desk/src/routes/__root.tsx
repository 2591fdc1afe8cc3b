import { Trans } from "@lingui/react/macro";
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, Outlet } from "@tanstack/react-router";

export const Route = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: () => (
    <>
      <a className="skip" href="#main">
        <Trans>Skip to the content</Trans>
      </a>
      <Outlet />
    </>
  ),
  notFoundComponent: () => (
    <main id="main" style={{ padding: 40 }}>
      <h1>
        <Trans>This page does not exist</Trans>
      </h1>
    </main>
  ),
});
