import { i18n } from "@lingui/core";

export const LOCALES = ["fr", "en"] as const;
export type Locale = (typeof LOCALES)[number];
export type Area = "portal" | "office";

const KEY = "language";
const loaders = {
  shared: { fr: () => import("../locales/shared.fr.po"), en: () => import("../locales/shared.en.po") },
  portal: { fr: () => import("../locales/portal.fr.po"), en: () => import("../locales/portal.en.po") },
  office: { fr: () => import("../locales/office.fr.po"), en: () => import("../locales/office.en.po") },
};
const loaded = new Set<string>();
const areas = new Set<keyof typeof loaders>(["shared"]);

export const isLocale = (value: unknown): value is Locale => value === "fr" || value === "en";

/** The words of the areas visited so far, and of `area`, are there in that language and shown. */
export async function activate(locale: Locale, area?: Area) {
  if (area) areas.add(area);
  await Promise.all(
    [...areas].map(async (name) => {
      if (loaded.has(`${name}.${locale}`)) return;
      const { messages } = await loaders[name][locale]();
      i18n.load(locale, messages);
      loaded.add(`${name}.${locale}`);
    }),
  );
  i18n.activate(locale);
  document.documentElement.lang = locale;
}

/** Chosen here, else that of the store's page one comes from, else as the browser asks. */
export function preferredLocale(): Locale {
  const cookie = /(?:^|; )language=(fr|en)/.exec(document.cookie)?.[1];
  if (isLocale(cookie)) return cookie;
  const before = document.referrer.startsWith(location.origin) ? document.referrer.split("/")[3] : undefined;
  if (isLocale(before)) return before;
  return navigator.language.startsWith("fr") ? "fr" : "en";
}

/** Kept in the cookie that the store's pages read too. */
export function rememberLocale(locale: Locale) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the server reads it; the Cookie Store API is not everywhere
  document.cookie = `${KEY}=${locale}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}
