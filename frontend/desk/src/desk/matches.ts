const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Every word asked for begins somewhere in the text; accents and case count for nothing. */
export function matches(text: string, asked: string): boolean {
  const whole = plain(text);
  return plain(asked)
    .split(/\s+/)
    .every((word) => whole.includes(word));
}
