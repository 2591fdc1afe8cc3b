import { useLingui } from "@lingui/react/macro";
import { SLUG_CHARACTERS, slugFault } from "./slug";

/** Says what is wrong with an address, for a form's `validate`. */
export function useSlugCheck() {
  const { t } = useLingui();
  return (slug: string): string | null => {
    const fault = slugFault(slug);
    if (fault === null) return null;
    return fault === "long"
      ? t`${slug.length} characters: at most ${SLUG_CHARACTERS}`
      : t`Small letters, digits and hyphens only`;
  };
}
