import "../../tokens.css";
import "./ui/page.css";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/client";
import { activate, preferredLocale } from "./i18n";
import { makeRouter } from "./router";
import { nonce } from "./ui/nonce";

setNonce(nonce);
// After a new release the old chunks may be gone: the page is loaded anew, once.
window.addEventListener("vite:preloadError", (event) => {
  const key = `reloaded:${location.pathname}`;
  if (sessionStorage.getItem(key)) return;
  sessionStorage.setItem(key, "1");
  event.preventDefault();
  location.reload();
});

const root = document.getElementById("root");
if (root) {
  await activate(preferredLocale());
  const router = makeRouter(queryClient);
  await router.load();
  createRoot(root).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  );
}
