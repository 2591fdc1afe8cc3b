import { lingui } from "@lingui/vite-plugin";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// DESK_LENIENT=1 builds with untranslated messages, while one writes; nothing else sets it.
const strict = process.env.DESK_LENIENT !== "1";

export default defineConfig({
  base: "/desk/",
  html: { cspNonce: "__NONCE__" },
  plugins: [
    tanstackRouter({ target: "react", autoCodeSplitting: true, quoteStyle: "double" }),
    lingui({ macroTransform: true, failOnMissing: strict, failOnCompileError: true }),
    react(),
  ],
  build: {
    manifest: true,
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: "framework",
              priority: 20,
              test: /node_modules[\\/](react|react-dom|scheduler|use-sync-external-store|@tanstack|@lingui|openapi-fetch|openapi-react-query|seroval|seroval-plugins)[\\/]/,
            },
            {
              name: "kit",
              priority: 15,
              test: /node_modules[\\/]@mantine[\\/]|src[\\/]desk[\\/](?!.*\.po)/,
              minShareCount: 2,
            },
            { name: "shared", priority: 10, test: /src[\\/](ui|i18n|api)[\\/](?!.*\.po)/, minShareCount: 2 },
          ],
        },
      },
    },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
} as import("vite").UserConfig);
