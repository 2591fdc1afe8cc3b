/** An address made of a name: `Archivage légal` becomes `archivage-legal`. */
export const slugOf = (name: string): string =>
  name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 100);

export const SLUG_CHARACTERS = 200;

/** What is wrong with an address that somebody typed; null: nothing, as the server sees it too. */
export const slugFault = (slug: string): "long" | "letters" | null =>
  slug.length > SLUG_CHARACTERS ? "long" : /^[a-z0-9][a-z0-9-]*$/.test(slug) ? null : "letters";

/** The address that goes with a new name: it follows the name until somebody writes their own. */
export const followName = (slug: string, before: string, name: string): string =>
  slug === slugOf(before) ? slugOf(name) : slug;
