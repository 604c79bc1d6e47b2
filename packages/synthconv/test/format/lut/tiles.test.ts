import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tables } from "../../../../../test-support/luts.js";
import { needTool, sharedData } from "../../../../../test-support/needs.js";
import { outputOf } from "../../../../../test-support/programs.js";
import { identityCube, type Lut3D } from "../../../src/colour/index.js";
import { type LutPicture, type ReadLut, readLut } from "../../../src/format/index.js";
import { applyLut } from "../../../src/kernels/index.js";

/** The lattice as a picture: tiles of red by green in rows of `across`; 1 across is a column in the order of Halds. */
function tiled({ size, table }: Lut3D, across: number): LutPicture {
  const width = across * size;
  const pixels = new Float32Array(table.length);
  for (let row = 0; row < size ** 3; row++) {
    const [red, green, blue] = [row % size, Math.floor(row / size) % size, Math.floor(row / size ** 2)];
    const x = (blue % across) * size + red;
    const y = Math.floor(blue / across) * size + green;
    pixels.set(table.subarray(3 * row, 3 * row + 3), 3 * (y * width + x));
  }
  return { pixels, width, height: size ** 2 / across };
}

/** The lattice in the order of Halds, in rows of `width`. */
function inRows({ table }: Lut3D, width: number): LutPicture {
  return { pixels: table, width, height: table.length / 3 / width };
}

/** Looks of every kind: contrast, tints, fades, crossed channels, negatives, hue turns. */
const looks: readonly (readonly [
  name: string,
  colour: (r: number, g: number, b: number) => readonly number[],
])[] = [
  ["the identity", (r, g, b) => [r, g, b]],
  ["a fade", (r, g, b) => [0.3 + 0.2 * r, 0.25 + 0.25 * g, 0.35 + 0.15 * b]],
  ["contrast", (r, g, b) => [r, g, b].map((v) => v * v * (3 - 2 * v))],
  ["half colour", (r, g, b) => [r, g, b].map((v) => 0.5 * v + 0.5 * (0.21 * r + 0.72 * g + 0.07 * b))],
  ["teal and orange", (r, g, b) => [r ** 0.8, 0.9 * g + 0.05 * r, 0.7 * b + 0.2 * g]],
  ["a negative", (r, g, b) => [1 - r, 1 - g, 1 - b]],
  ["crossed channels", (r, g, b) => [0.6 * r + 0.4 * g, 0.6 * g + 0.3 * b, 0.7 * b + 0.3 * r]],
];

function look(size: number, colour: (r: number, g: number, b: number) => readonly number[]): Lut3D {
  const cube = identityCube(size);
  const table = new Float32Array(cube.table.length);
  for (let at = 0; at < table.length; at += 3) {
    table.set(
      colour(...([0, 1, 2].map((k) => cube.table[at + k] as number) as [number, number, number])),
      at,
    );
  }
  return { ...cube, table };
}

function close(a: ArrayLike<number> = [], b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (!(Math.abs((a[i] as number) - (b[i] as number)) < 1e-6)) return false;
  }
  return true;
}

describe("a LUT picture", () => {
  const shapes = [
    [16, 16],
    [32, 32],
    [16, 4],
    [36, 6],
  ] as const;

  it.each(looks)("of %s is read in the order that it is laid out in, tiles or rows", (_name, colour) => {
    for (const [size, across] of shapes) {
      const cube = look(size, colour);
      const strip = readLut(tiled(cube, across), "strip.png");
      expect(`${strip.format.name} ${close(tables(strip.lut).cube?.table, cube.table)}`).toBe("tiles true");
      const rows = readLut(inRows(cube, across * size), "rows.png");
      expect(`${rows.format.name} ${close(tables(rows.lut).cube?.table, cube.table)}`).toBe("hald true");
      const column = readLut(tiled(cube, 1), "column.png");
      expect(`${column.format.name} ${close(tables(column.lut).cube?.table, cube.table)}`).toBe("hald true");
    }
  });

  it.each([
    [
      "black and white",
      (r: number, g: number, b: number) => [1, 1, 1].map(() => 0.21 * r + 0.72 * g + 0.07 * b),
    ],
    [
      "sepia",
      (r: number, g: number, b: number) => [1, 0.85, 0.6].map((v) => v * (0.21 * r + 0.72 * g + 0.07 * b)),
    ],
    ["one that knows red alone", (r: number) => [r, r * r, 1 - r]],
  ])(
    "of %s does not tell, where both orders are smooth: it is refused with the option that decides",
    (_n, colour) => {
      const cube = look(16, colour);
      const picture = tiled(cube, 16);
      const same = close(inRows(cube, 256).pixels as Float32Array, picture.pixels as Float32Array);
      if (!same) {
        expect(() => readLut(picture, "bw.png")).toThrow(
          "bw.png: expected a picture whose colours tell the order of its pixels, received 256 x 16 pixels that are as good a ",
        );
        expect(() => readLut(picture, "bw.png")).toThrow(
          /Say which one it is: --layout \w+ or --layout \w+\.$/,
        );
      }
      expect(close(tables(readLut(picture, "bw.png", { layout: "tiles" }).lut).cube?.table, cube.table)).toBe(
        true,
      );
      const rows = inRows(cube, 256);
      expect(close(tables(readLut(rows, "bw.png", { layout: "hald" }).lut).cube?.table, cube.table)).toBe(
        true,
      );
      // A square is smooth in one order only.
      const square = look(64, colour);
      if (!same) expect(readLut(tiled(square, 8), "square.png").format.name).toBe("tiles");
      expect(readLut(inRows(square, 512), "square.png").format.name).toBe("hald");
    },
  );

  it("that is no lattice is refused, also by a layout that it cannot have", () => {
    const photo = { pixels: new Uint8Array(3 * 300 * 200), width: 300, height: 200 };
    expect(() => readLut(photo, "photo.png", { layout: "tiles" })).toThrow(
      "photo.png: expected tiles of N x N pixels, N of them (256 x 16, 1024 x 32, 4096 x 64, 512 x 512, ...), received 300 x 200 pixels. LUT strips must not be scaled or cropped.",
    );
    expect(() => readLut(photo, "photo.png", { layout: "strip" })).toThrow(
      'readLut layout: expected one of hald, tiles, received "strip"',
    );
  });

  it("of a real film look is read alike from a Hald and from strips that are made of it", (context) => {
    needTool(context, "ffmpeg");
    const folder = sharedData(context, "luts/natron-clut");
    const told: string[] = [];
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".png"))) {
      const path = join(folder, name);
      const bytes = outputOf("ffmpeg", [
        "-v",
        "error",
        "-i",
        path,
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-",
      ]);
      const pixels = new Uint8Array(bytes);
      const hald = readLut({ pixels, width: 512, height: 512 }, name);
      expect(`${name} ${hald.format.name}`).toBe(`${name} hald`);
      const small = identityCube(16);
      const cube = { ...small, table: applyLut(hald.lut, small.table) };
      for (const [picture, expected] of [
        [tiled(cube, 16), "tiles"],
        [inRows(cube, 256), "hald"],
      ] as const) {
        // Black and white, and a film that nearly exchanges green and blue, do not tell: they are refused.
        const read = readOrRefused(picture, name);
        if (read === undefined) continue;
        expect(`${name} ${read.format.name} ${close(tables(read.lut).cube?.table, cube.table)}`).toBe(
          `${name} ${expected} true`,
        );
        told.push(name);
      }
      if (name.includes("kodachrome")) {
        expect(readLut(tiled(tables(hald.lut).cube as Lut3D, 8), name).format.name).toBe("tiles");
      }
    }
    expect(told.length).toBeGreaterThan(16);
    expect(told.some((name) => name.startsWith("bw__"))).toBe(false);
  });
});

function readOrRefused(picture: LutPicture, name: string): ReadLut | undefined {
  try {
    return readLut(picture, name);
  } catch (error) {
    expect(String(error)).toContain("expected a picture whose colours tell the order of its pixels");
    return undefined;
  }
}
