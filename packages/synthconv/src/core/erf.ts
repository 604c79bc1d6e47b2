const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);
/** From here the continued fraction converges to float64 in `FRACTION_DEPTH` levels; below, the series does. */
const SERIES_LIMIT = 2.5;
const FRACTION_DEPTH = 60;

/**
 * The error function, to about 2e-16: its series of positive terms for small arguments (Abramowitz and
 * Stegun, 7.1.6), the continued fraction of its complement for large ones (7.1.14).
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size < SERIES_LIMIT) return series(x);
  return x < 0 ? complement(size) - 1 : 1 - complement(x);
}

/** `1 - erf(x)`, which keeps its digits where it is small. */
export function erfc(x: number): number {
  return x >= SERIES_LIMIT ? complement(x) : 1 - erf(x);
}

/** `2/sqrt(pi) e^(-x^2) sum_n 2^n x^(2n+1) / (1 * 3 * ... * (2n+1))` */
function series(x: number): number {
  const square = x * x;
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * square) / (2 * n + 1);
    sum += term;
  }
  return TWO_OVER_SQRT_PI * Math.exp(-square) * sum;
}

/** `erfc(x)` for x of at least `SERIES_LIMIT`; NaN stays NaN. */
function complement(x: number): number {
  let fraction = x;
  for (let level = FRACTION_DEPTH; level >= 1; level--) fraction = x + level / 2 / fraction;
  return (TWO_OVER_SQRT_PI / 2) * Math.exp(-x * x) * (1 / fraction);
}
