/** Pixels a length, as a file says it; without a unit only the shape of a pixel. */
export interface Density {
  readonly x: number;
  readonly y: number;
  readonly unit: "inch" | "centimetre" | "metre" | "none";
}

const METRES = { inch: 0.0254, centimetre: 0.01, metre: 1 } as const;

/** The same in another unit; undefined where it has none. */
export function densityIn(unit: Exclude<Density["unit"], "none">, density: Density): Density | undefined {
  if (density.unit === "none") return undefined;
  const factor = density.unit === unit ? 1 : METRES[unit] / METRES[density.unit];
  return { x: density.x * factor, y: density.y * factor, unit };
}

/** TIFF's and EXIF's codes of the unit; 3 is a centimetre. */
export const NO_UNIT = 1;
export const INCH = 2;
const CENTIMETRE = 3;

export function densityUnit(code: number): Density["unit"] {
  return code === INCH ? "inch" : code === CENTIMETRE ? "centimetre" : "none";
}

export function codeOfUnit(unit: Exclude<Density["unit"], "metre">): number {
  return unit === "inch" ? INCH : unit === "centimetre" ? CENTIMETRE : NO_UNIT;
}
