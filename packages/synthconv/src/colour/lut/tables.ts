import {
  allocate,
  check,
  type Fields,
  FLOAT32,
  formatShape,
  isListOf,
  type Kind,
  kind,
  NonFiniteError,
  NUMBER,
  oneOf,
  ShapeError,
  ValueError,
  whole,
} from "../../core/index.js";

/** Red, green, blue. */
export type RgbTriple = readonly [number, number, number];

/** One curve for each channel, sampled at N evenly spaced inputs from `domainMin` to `domainMax`. */
export interface Lut1D {
  readonly kind: "lut1d";
  /** N, 2 or more. */
  readonly size: number;
  /** `[N,3]`: red, green and blue outputs for each input. */
  readonly table: Float32Array;
  readonly domainMin: RgbTriple;
  readonly domainMax: RgbTriple;
}

/** A lattice of N x N x N colours, evenly spaced from `domainMin` to `domainMax` in each channel. */
export interface Lut3D {
  readonly kind: "lut3d";
  /** N, 2 or more. */
  readonly size: number;
  /** `[N,N,N,3]` over blue, green, red: red varies fastest, as in .cube files and Hald images. */
  readonly table: Float32Array;
  readonly domainMin: RgbTriple;
  readonly domainMax: RgbTriple;
  /** What the file asks for between its nodes; without it, the caller's choice. */
  readonly interpolation?: Interpolation;
}

export type Interpolation = "tetrahedral" | "trilinear";

export const INTERPOLATION: Kind<Interpolation> = oneOf(["tetrahedral", "trilinear"]);

/** The domain of every table that does not say otherwise: 0..1. */
export const UNIT_DOMAIN: { readonly domainMin: RgbTriple; readonly domainMax: RgbTriple } = {
  domainMin: [0, 0, 0],
  domainMax: [1, 1, 1],
};

/** The input that belongs to one lattice step of one channel; the last is exactly `domainMax`. */
export function latticeValue(
  { size, domainMin, domainMax }: Lut1D | Lut3D,
  channel: 0 | 1 | 2,
  step: number,
): number {
  const share = step / (size - 1);
  return domainMin[channel] * (1 - share) + domainMax[channel] * share;
}

/**
 * The lattice that maps every colour of 0..1 to itself; its table is also the list of all size^3 lattice
 * colours, `[size^3,3]`, red fastest.
 *
 * @throws {ValueError} when the size is not a whole number of 2 or more.
 */
export function identityCube(size: number): Lut3D {
  check("identityCube", "size", size, whole(2));
  const table = allocate("float32", 3 * size ** 3) as Float32Array;
  const cube: Lut3D = { kind: "lut3d", size, table, ...UNIT_DOMAIN };
  const steps = Float32Array.from({ length: size }, (_, step) => latticeValue(cube, 0, step));
  let entry = 0;
  for (const blue of steps) {
    for (const green of steps) {
      for (const red of steps) {
        table[entry] = red;
        table[entry + 1] = green;
        table[entry + 2] = blue;
        entry += 3;
      }
    }
  }
  return cube;
}

/** Colour files print six decimals: an identity that went through one is off by up to 5e-7 of its domain. */
const IDENTITY_TOLERANCE = 1e-6;

/** Whether the curves return their input, to the six decimals of a file. Stops at the first that does not. */
export function isIdentityShaper(shaper: Lut1D): boolean {
  return isIdentityTable(shaper, 1, (row) => [row, row, row], IDENTITY_TOLERANCE);
}

/**
 * Whether the lattice returns its input, to the six decimals of a file or another tolerance in shares of its domain.
 * Stops at the first that does not.
 */
export function isIdentityCube(cube: Lut3D, tolerance: number = IDENTITY_TOLERANCE): boolean {
  const { size } = cube;
  const steps = (row: number): RgbTriple => [
    row % size,
    Math.floor(row / size) % size,
    Math.floor(row / size ** 2),
  ];
  return isIdentityTable(cube, 3, steps, tolerance);
}

function isIdentityTable(
  lut: Lut1D | Lut3D,
  axes: 1 | 3,
  stepsOf: (row: number) => RgbTriple,
  share: number,
): boolean {
  const rows = lut.size ** axes;
  for (let row = 0; row < rows; row++) {
    const steps = stepsOf(row);
    for (const channel of [0, 1, 2] as const) {
      const error = Math.abs(
        (lut.table[3 * row + channel] as number) - latticeValue(lut, channel, steps[channel]),
      );
      const tolerance = share * (lut.domainMax[channel] - lut.domainMin[channel]);
      if (!(error <= tolerance)) return false;
    }
  }
  return true;
}

export const TRIPLE: Kind<RgbTriple> = kind(
  "three numbers [red, green, blue]",
  (value) => isListOf(NUMBER, value) && value.length === 3,
);

/** The fields of both tables but their kind. */
export const TABLE_FIELDS: Omit<Fields<Lut1D>, "kind"> = {
  size: NUMBER,
  table: FLOAT32,
  domainMin: TRIPLE,
  domainMax: TRIPLE,
};

/** @param shape of the table, in terms of its size. */
export function checkTable(where: string, lut: Lut1D | Lut3D, shape: readonly number[]): void {
  const { size, table, domainMin, domainMax } = lut;
  if (!Number.isInteger(size) || size < 2) {
    throw new ValueError({
      where,
      expected: "a size that is a whole number of 2 or more",
      received: `${size}`,
    });
  }
  const length = shape.reduce((product, axis) => product * axis, 1);
  if (table.length !== length) {
    throw new ShapeError({
      where,
      expected: `a table of ${formatShape(shape)}, ${length} numbers`,
      received: `${table.length} numbers`,
    });
  }
  for (const channel of [0, 1, 2] as const) {
    if (
      !(domainMin[channel] < domainMax[channel]) ||
      !Number.isFinite(domainMax[channel] - domainMin[channel])
    ) {
      throw new ValueError({
        where,
        expected: "a domain whose minimum lies below its maximum in every channel",
        received: `${domainMin.join(" ")} to ${domainMax.join(" ")}`,
      });
    }
  }
  checkFiniteTable(where, table);
}

/** @throws {NonFiniteError} naming the first row with NaN or Infinity. */
export function checkFiniteTable(where: string, table: Float32Array): void {
  const broken = table.findIndex((value) => !Number.isFinite(value));
  if (broken < 0) return;
  throw new NonFiniteError({
    where,
    expected: "finite numbers",
    received: `${table[broken]} in row ${Math.floor(broken / 3)}`,
  });
}
