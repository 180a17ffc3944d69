const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[], of: number): number =>
  values.reduce((sum, value) => sum + (value - of) ** 2, 0) / (values.length - 1);

/** Complementary error function, absolute error below 1.2e-7 (Abramowitz and Stegun 7.1.26 in the form of Numerical Recipes). */
function erfc(x: number): number {
  const t = 1 / (1 + 0.5 * Math.abs(x));
  const terms = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277,
  ];
  const series = terms.reduceRight((sum, term) => sum * t + term, 0);
  const value = t * Math.exp(-x * x + series);
  return x >= 0 ? value : 2 - value;
}

/** Welch's t-test of two samples: `p` that means as far apart come about by chance, for samples so large that t is as good as normal. */
export function welch(
  a: readonly number[],
  b: readonly number[],
): { readonly t: number; readonly p: number; readonly means: readonly [number, number] } {
  const [ofA, ofB] = [mean(a), mean(b)];
  const t = (ofA - ofB) / Math.sqrt(variance(a, ofA) / a.length + variance(b, ofB) / b.length);
  return { t, p: erfc(Math.abs(t) / Math.SQRT2), means: [ofA, ofB] };
}

/** Both without what is slower than nine tenths of all: a garbage collection says nothing of what was asked. */
export function cropped(a: readonly number[], b: readonly number[]): readonly [readonly number[], readonly number[]] {
  const limit = [...a, ...b].sort((one, other) => one - other)[Math.floor((a.length + b.length) * 0.9)] ?? Infinity;
  return [a.filter((value) => value <= limit), b.filter((value) => value <= limit)];
}
