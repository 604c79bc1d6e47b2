/** Matrices of 3 x 3 numbers, row by row. */
type Nine = readonly [number, number, number, number, number, number, number, number, number];

export function multiply3(left: readonly number[], right: readonly number[]): number[] {
  return Array.from({ length: 9 }, (_, index) => {
    const row = 3 * Math.floor(index / 3);
    const column = index % 3;
    return [0, 1, 2].reduce(
      (sum, k) => sum + (left[row + k] as number) * (right[3 * k + column] as number),
      0,
    );
  });
}

export function invert3(matrix: readonly number[]): number[] {
  const [a, b, c, d, e, f, g, h, i] = matrix as Nine;
  const cofactors = [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
  const determinant =
    a * (cofactors[0] as number) + b * (cofactors[3] as number) + c * (cofactors[6] as number);
  return cofactors.map((cofactor) => cofactor / determinant);
}

/** Multiplies every colour of planar `[3,P]`, in place. */
export function multiplyPlanes(colours: Float32Array, matrix: readonly number[]): void {
  const count = colours.length / 3;
  const [a, b, c, d, e, f, g, h, i] = matrix as Nine;
  for (let pixel = 0; pixel < count; pixel++) {
    const red = colours[pixel] as number;
    const green = colours[pixel + count] as number;
    const blue = colours[pixel + 2 * count] as number;
    colours[pixel] = a * red + b * green + c * blue;
    colours[pixel + count] = d * red + e * green + f * blue;
    colours[pixel + 2 * count] = g * red + h * green + i * blue;
  }
}
