/** What the page's Content-Security-Policy lets styles carry; the server made it for this answer. */
export const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";
