/**
 * Which colours a look was trained on: a bit for each cell of a lattice of 16 x 16 x 16 over encoded sRGB. Elsewhere a
 * look is a guess, and whoever applies it can say so.
 */
import * as v from "valibot";
import { check } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { FLOAT32, type Kind, kind, record } from "../core/kinds.js";
import { formatShape } from "../core/shape.js";

export interface Coverage {
  /**
   * 4,096 bits in base64: cell (r, g, b), each floor(16 x) of a value of 0 to 1 and 15 at most, is bit i % 8, counted
   * from the lowest, of byte floor(i / 8), i = 256 r + 16 g + b.
   */
  readonly cells: string;
}

const SIZE = 16;
/** Of distances in cells: what counts as known, and what no cell of the lattice is from another. */
const NEAR = 1;
const FAR = 255;
const CELLS = SIZE ** 3;
const BYTES = CELLS / 8;
/** Of base64: four for three bytes. */
const CHARACTERS = 4 * Math.ceil(BYTES / 3);

export const coverageEntries: { readonly cells: v.GenericSchema<unknown, string> } = {
  cells: v.pipe(
    v.string(),
    v.length(CHARACTERS),
    v.check((text) => bytesOf(text)?.length === BYTES, `${BYTES} bytes in base64`),
  ),
};

export const coverageSchema: v.GenericSchema<unknown, Coverage> = v.object(coverageEntries);

const COVERAGE: Kind<Coverage> = record<Coverage>({
  cells: kind(`a text of ${CHARACTERS} characters, ${BYTES} bytes in base64`, (value) =>
    v.is(coverageEntries.cells, value),
  ),
});

/** @param colours encoded sRGB, planar `[3,P]` each. */
export function coverageOf(colours: Iterable<Float32Array>): Coverage {
  const bits = new Uint8Array(BYTES);
  for (const planes of colours) {
    const count = planes.length / 3;
    for (let i = 0; i < count; i++) {
      const cell = cellOf(planes[i] as number, planes[count + i] as number, planes[2 * count + i] as number);
      bits[cell >> 3] = (bits[cell >> 3] as number) | (1 << (cell & 7));
    }
  }
  return { cells: btoa(Array.from(bits, (byte) => String.fromCharCode(byte)).join("")) };
}

/**
 * Finds which colours lie within a cell of those that a look has seen. Looks of one photo (kodim23, three film looks) are
 * off by a mean deltaE 2000 of 0.5 to 0.8 in cells that they have seen, 1.1 to 2.3 beside these, 2.1 to 5.1 two cells
 * away and more beyond.
 */
export class SeenColours {
  /** Of each cell: how many cells away the nearest seen one is, 0 for one that was seen; `FAR` where none was. */
  readonly #distances = new Uint8Array(CELLS).fill(FAR);

  /** @throws {ValueError} when the coverage is none of a look. */
  constructor(coverage: Coverage) {
    check("SeenColours", "coverage", coverage, COVERAGE);
    const bytes = bytesOf(coverage.cells) as Uint8Array;
    const reached: number[] = [];
    for (let cell = 0; cell < CELLS; cell++) {
      if ((((bytes[cell >> 3] as number) >> (cell & 7)) & 1) === 0) continue;
      this.#distances[cell] = 0;
      reached.push(cell);
    }
    // Around the seen ones first, then around these: the list grows while it is walked.
    for (const cell of reached) this.#reachFrom(cell, reached);
  }

  /** The share of all colours of 0 to 1 that are near seen ones. */
  get share(): number {
    return this.#distances.reduce((sum, one) => sum + Number(one <= NEAR), 0) / CELLS;
  }

  /**
   * How many cells, along the channel in which it is most, each colour lies from the nearest that was seen: 0 within a cell of
   * these, 255 where none was seen at all. Colours beyond 0 to 1 count as those at its end.
   *
   * @param colours encoded as the look reads them, planar `[3,P]`.
   * @throws {ShapeError} when they are not three planes.
   * @throws {ValueError} when they are no Float32Array.
   */
  distancesOf(colours: Float32Array): Uint8Array {
    const count = countPlanes("distancesOf", colours);
    return Uint8Array.from({ length: count }, (_, i) => {
      const [red, green, blue] = [colours[i], colours[count + i], colours[2 * count + i]] as [
        number,
        number,
        number,
      ];
      return this.#distances[cellOf(red, green, blue)] as number;
    });
  }

  /**
   * @param colours encoded sRGB, planar `[3,P]`.
   * @returns how many of them are not near any that was seen; those beyond 0 to 1 by more than a cell are not.
   * @throws {ShapeError} when they are not three planes.
   * @throws {ValueError} when they are no Float32Array.
   */
  countUnseen(colours: Float32Array): number {
    const count = countPlanes("countUnseen", colours);
    let unseen = 0;
    for (let i = 0; i < count; i++) {
      const [red, green, blue] = [colours[i], colours[count + i], colours[2 * count + i]] as [
        number,
        number,
        number,
      ];
      const isNear = (this.#distances[cellOf(red, green, blue)] as number) <= NEAR;
      if (isFar(red) || isFar(green) || isFar(blue) || !isNear) unseen++;
    }
    return unseen;
  }

  /** Notes the distance of the cells around one, where none was noted, and adds them to the list. */
  #reachFrom(cell: number, reached: number[]): void {
    const [red, green, blue] = [cell >> 8, (cell >> 4) & 15, cell & 15];
    const distance = (this.#distances[cell] as number) + 1;
    for (let r = Math.max(0, red - 1); r <= Math.min(SIZE - 1, red + 1); r++) {
      for (let g = Math.max(0, green - 1); g <= Math.min(SIZE - 1, green + 1); g++) {
        for (let b = Math.max(0, blue - 1); b <= Math.min(SIZE - 1, blue + 1); b++) {
          const near = (r * SIZE + g) * SIZE + b;
          if (this.#distances[near] !== FAR) continue;
          this.#distances[near] = distance;
          reached.push(near);
        }
      }
    }
  }
}

function countPlanes(where: string, colours: Float32Array): number {
  check(where, "colours", colours, FLOAT32);
  if (colours.length % 3 !== 0) {
    throw new ShapeError({
      where: `${where} colours`,
      expected: "three planes, [3,P]",
      received: formatShape([colours.length]),
    });
  }
  return colours.length / 3;
}

function cellOf(red: number, green: number, blue: number): number {
  return (step(red) * SIZE + step(green)) * SIZE + step(blue);
}

function step(value: number): number {
  return Math.min(SIZE - 1, Math.max(0, Math.floor(SIZE * value)));
}

function isFar(value: number): boolean {
  return !(value >= -1 / SIZE && value <= 1 + 1 / SIZE);
}

/** Undefined for text that is no base64. */
function bytesOf(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
