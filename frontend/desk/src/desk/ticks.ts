/** Four or five round lines from 0 to at least `top`. */
export function ticks(top: number): number[] {
  const rough = top / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n * 4 >= top) ?? rough;
  return Array.from({ length: Math.ceil(top / step) + 1 }, (_, n) => n * step);
}
