import { defineConfig } from "@lingui/cli";
import { formatter } from "@lingui/format-po";

// One catalogue per area: the portal never loads the office's words.
export default defineConfig({
  sourceLocale: "en",
  locales: ["en", "fr"],
  format: formatter({ lineNumbers: false }),
  catalogs: [
    {
      path: "src/locales/shared.{locale}",
      include: ["src/desk", "src/ui", "src/api", "src/routes/__root.tsx"],
    },
    { path: "src/locales/portal.{locale}", include: ["src/portal", "src/routes/portal"] },
    { path: "src/locales/office.{locale}", include: ["src/office", "src/routes/office"] },
  ],
});
