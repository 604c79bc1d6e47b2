const TWO_OVER_SQRT_PI = 1.1283791670955126;

// Up to 2.5 the series needs at most 45 terms; beyond it the continued fraction needs at most 40 levels.
const SERIES_LIMIT = 2.5;
const FRACTION_LEVELS = 40;

/** From here on erf(x) is 1 in float64: erfc(6) = 2e-17. */
const ONE_FROM = 6;

/**
 * The error function to 1e-15.
 *
 * Small |x|: erf x = 2/sqrt(pi) exp(-x^2) sum over n of 2^n x^(2n+1) / (1*3*...*(2n+1)), whose terms all have
 * one sign (Abramowitz & Stegun 7.1.6). Large |x|: 1 - erfc x by its continued fraction (7.1.14).
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size >= ONE_FROM) return Math.sign(x);
  if (!(size > SERIES_LIMIT)) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return TWO_OVER_SQRT_PI * Math.exp(-x * x) * sum;
  }
  let fraction = size;
  for (let level = FRACTION_LEVELS; level >= 1; level--) fraction = size + level / 2 / fraction;
  const complement = ((TWO_OVER_SQRT_PI / 2) * Math.exp(-size * size)) / fraction;
  return Math.sign(x) * (1 - complement);
}
