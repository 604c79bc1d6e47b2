/** The curves of RGB spaces: what light a code means, and what code light has, on all numbers. */

export interface TransferCurve {
  /** Light relative to white, or of a camera's log to a diffuse white of 1, of an encoded value. */
  toLight(code: number): number;
  fromLight(light: number): number;
}

/** Light is `(a x + b)^g` from `d` on and `c x` below: function type 3 of ICC's parametric curves. */
export interface Formula {
  readonly g: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

export function gamma(g: number): Formula {
  return { g, a: 1, b: 0, c: 0, d: 0 };
}

/** Continued below 0 by odd symmetry, as CSS Color 4 does. */
export function formulaCurve({ g, a, b, c, d }: Formula): TransferCurve {
  const power = (code: number): number => Math.max(0, a * code + b) ** g;
  const knee = c * d;
  return {
    toLight: (code) => {
      const size = Math.abs(code);
      return Math.sign(code) * (size >= d ? power(size) : c * size);
    },
    fromLight: (light) => {
      const size = Math.abs(light);
      return Math.sign(light) * (size >= knee ? (size ** (1 / g) - b) / a : size / c);
    },
  };
}

/** A camera's logarithm: the code of light x is `c log10(a x + b) + d` from `cut` on and `e x + f` below. */
export interface LogFormula {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly cut: number;
  readonly e: number;
  readonly f: number;
}

export function logCurve({ a, b, c, d, cut, e, f }: LogFormula): TransferCurve {
  const codeOfCut = e * cut + f;
  return {
    toLight: (code) => (code >= codeOfCut ? (10 ** ((code - d) / c) - b) / a : (code - f) / e),
    fromLight: (light) => (light >= cut ? c * Math.log10(a * light + b) + d : e * light + f),
  };
}
