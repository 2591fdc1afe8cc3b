import { useLingui } from "@lingui/react/macro";

/** How the server puts why a row of a file did not land; what it names is caught. */
const REASONS = {
  unread: /^The row cannot be read: /,
  cells: /^The row has (\d+) cells, the header (\d+)\.$/,
  nul: /^There is a NUL byte at position (\d+); remove it\.$/,
  unseen: /^It holds (U\+[0-9A-F]+) \(.*\) at position (\d+); remove it\.$/,
  lost: /^The letter at position (\d+) cannot be read; save as UTF-8\.$/,
  long: /^The cell has (\d+) characters\.$/,
  short: /^(\d+) characters, max (\d+)\.$/,
  oneOf: /^(.*) is not one of (.*)\.$/s,
  empty: /^It is empty\.$/,
  day: /^(.*) is not a day such as 2026-10-09\.$/s,
  when: /^(\S+) is before 2000 or in the future\.$/,
  decimal: /^(.*) is not a plain decimal number such as 49\.99\.$/s,
  decimals: /^(.*) has more than (\d+) decimals\.$/s,
  zero: /^It is zero: leave the row out\.$/,
  most: /^The line is more than (.*), the most that one may be\.$/,
  letters: /^(.*): letters, digits and \. _ : - only, at most 100\.$/s,
  nobody: /^No organisation has the reference (.*); create it first\.$/s,
  country: /^(.*) is no code of a country such as FR\.$/s,
  reference: /^Give 1 to 100 letters, digits, and \. _ : - within\.$/,
  between: /^It has (\d+) characters; give 1 to (\d+)\.$/,
  roles: /^Give one at least of (.*)\.$/,
  digits: /^(.*) has not (\d+) digits\.$/s,
  known: /^(.*) is known with another (.*): change it there\.$/s,
  lead: /^Lead (.*) is known with (.*), not (.*): change it there\.$/s,
  taken: /^Choose another reference than (.*)\.$/s,
  noSiren: /^siren: (.*) is no SIREN\. /s,
  noSiret: /^siret: (.*) is no SIRET\. /s,
  notOfSiren: /^siret: (.*) does not begin with the organisation's SIREN\. /s,
  noVat: /^vat_number: (.*) is no VAT number\. /s,
  vatOfSiren: /^vat_number: (.*) is not that of the SIREN (\d+)\. /s,
  kind: /^(?:kind: )?(.*) is none of (?:a (?:.*)'s: )?(.*)\.$/s,
  mail: /^(.*) is no address of mail\.$/s,
  other: /^Charge (\S+) of (.*) is recorded with other facts; /s,
} satisfies Record<string, RegExp>;

export type ReasonKind = keyof typeof REASONS;

/** Which of the known reasons it is, and what it names; none where the server has a new one. */
export function reasonOf(reason: string): { kind: ReasonKind; named: string[] } | undefined {
  for (const [kind, form] of Object.entries(REASONS)) {
    const match = form.exec(reason);
    if (match) return { kind: kind as ReasonKind, named: match.slice(1) };
  }
  return undefined;
}

/** Why a row did not land, in the reader's language. */
export function useRowText(): (reason: string) => string {
  const { t } = useLingui();
  return (reason) => {
    const found = reasonOf(reason);
    if (!found) return reason;
    const [one = "", other = "", last = ""] = found.named;
    const words: Record<ReasonKind, string> = {
      unread: t`The row cannot be read: a quotation mark is missing or one too many.`,
      cells: t`The row has ${one} cells, the header ${other}.`,
      nul: t`There is a NUL byte at position ${one}; remove it.`,
      unseen: t`It holds a character that nobody sees, ${one}, at position ${other}; remove it.`,
      lost: t`The letter at position ${one} cannot be read; save as UTF-8.`,
      long: t`The cell has ${one} characters: too many.`,
      short: t`${one} characters, at most ${other}.`,
      oneOf: t`${one} is not one of ${other}.`,
      empty: t`It is empty.`,
      day: t`${one} is not a day such as 2026-10-09.`,
      when: t`${one} is before 2000 or in the future.`,
      decimal: t`${one} is not a plain decimal number such as 49.99.`,
      decimals: t`${one} has more than ${other} decimals.`,
      zero: t`It is zero: leave the row out.`,
      most: t`The line is more than ${one}, the most that one may be.`,
      letters: t`${one}: letters, digits and . _ : - only, at most 100.`,
      nobody: t`No organisation has the reference ${one}; create it first.`,
      country: t`${one} is no code of a country, such as FR.`,
      reference: t`Give 1 to 100 letters and digits, with . _ : - between them.`,
      between: t`It has ${one} characters: give 1 to ${other}.`,
      roles: t`Give one at least of ${one}.`,
      digits: t`${one} has not ${other} digits.`,
      known: t`${one} is known with other facts (${other}): change them on its page.`,
      lead: t`Lead ${one} is known with ${other}, the file says ${last}: change it on its page.`,
      taken: t`The reference ${one} is taken: choose another one.`,
      noSiren: t`${one} is no SIREN: copy the nine digits of its extract.`,
      noSiret: t`${one} is no SIRET: copy the fourteen digits of its extract.`,
      notOfSiren: t`${one} does not begin with the SIREN: give both of the same company.`,
      noVat: t`${one} is no VAT number: copy it from an invoice, without spaces.`,
      vatOfSiren: t`${one} is not the VAT number of the SIREN ${other}.`,
      kind: t`${one} is none of ${other}.`,
      mail: t`${one} is no address of mail.`,
      other: t`Charge ${one} of ${other} is recorded with other facts: what is used twice a day needs a reference of its own, a correction is a refund.`,
    };
    return words[found.kind];
  };
}
