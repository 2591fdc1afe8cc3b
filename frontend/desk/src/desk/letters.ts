/** After G, each letter leads to a page. */
export const LETTERS: Record<string, string> = {
  "/portal": "h",
  "/portal/listings": "l",
  "/portal/sales": "s",
  "/portal/statements": "t",
  "/portal/payouts": "p",
  "/portal/bank": "b",
  "/portal/downloads": "d",
  "/portal/company": "c",
  "/portal/team": "m",
  "/portal/keys": "k",
  "/portal/webhooks": "w",
  "/portal/audit": "a",
  "/office": "h",
  "/office/approvals": "a",
  "/office/partners": "p",
  "/office/listings": "l",
  "/office/sales": "s",
  "/office/flows": "f",
  "/office/alarms": "x",
  "/office/months": "m",
  "/office/payouts": "y",
  "/office/ledger": "g",
  "/office/rules": "r",
  "/office/audit": "j",
  "/office/sandbox": "b",
};

/** Where letters are written, or another window has the keyboard. */
export function takesKeys(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest("input, textarea, select, [role=dialog], [role=menu], [role=listbox]") !== null
  );
}
