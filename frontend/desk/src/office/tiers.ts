export interface Step {
  from: number;
  rate_bp: number;
}

/** The rebate on a turnover, in hundredths and not rounded: for drawing, not for paying. */
export function rebateAt(turnover: number, steps: Step[], mode: "incremental" | "retroactive"): number {
  if (mode === "retroactive") {
    const reached = steps.filter(({ from }) => from <= turnover).at(-1);
    return (turnover * (reached?.rate_bp ?? 0)) / 10_000;
  }
  return steps.reduce((sum, { from, rate_bp }, index) => {
    const end = Math.min(steps[index + 1]?.from ?? turnover, turnover);
    return sum + (Math.max(end - from, 0) * rate_bp) / 10_000;
  }, 0);
}

/** Where one cent more turnover gives so much more: at each tier that reaches back. */
export function jumpsOf(steps: Step[], mode: "incremental" | "retroactive") {
  if (mode === "incremental") return [];
  return steps.slice(1).flatMap(({ from, rate_bp }, index) => {
    const jump = (from * (rate_bp - (steps[index]?.rate_bp ?? 0))) / 10_000;
    return jump > 0 ? [{ from, jump }] : [];
  });
}

/** What is wrong with tiers, by place: the first begins at 0, each later one higher, and gives no less. */
export function wrongTiers(steps: Step[]): Map<number, "zero" | "order" | "rate"> {
  const found = new Map<number, "zero" | "order" | "rate">();
  if ((steps[0]?.from ?? 0) !== 0) found.set(0, "zero");
  steps.slice(1).forEach((step, index) => {
    const before = steps[index];
    if (!before) return;
    if (step.from <= before.from) found.set(index + 1, "order");
    else if (step.rate_bp < before.rate_bp) found.set(index + 1, "rate");
  });
  return found;
}
