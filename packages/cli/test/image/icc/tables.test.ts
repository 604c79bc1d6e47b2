/** Profiles made of tables, against Little CMS. */
import { fileURLToPath } from "node:url";
import { describe, expect, it, type TestContext } from "vitest";
import { largestDifference, uniformNumbers } from "../../../../../test-support/numbers.js";
import { outputOf } from "../../../../../test-support/programs.js";
import { colourTransform, SRGB_COLOURS } from "../../../src/image/colour-transform.js";
import type { TableSpace } from "../../../src/image/icc/table-space.js";
import { readIccProfile } from "../../../src/image/icc-profile.js";
import { needTiffReader, tiffPython } from "../combinations/oracles.js";
import { adobeRgb, iccProfile } from "../material.js";
import { type Device, drawnProfile, sampledProfile, TABLE_KINDS, withVersion } from "./table-profiles.js";

const D50 = [0.9642, 1, 0.8249] as const;
const seed = Number(process.env.SYNTHCONV_PROFILE_SEED ?? 1);

type Colour = readonly [number, number, number];

interface Job {
  readonly profile: Buffer;
  readonly colours: readonly Colour[];
  /** From X, Y, Z to RGB. */
  readonly back: boolean;
  readonly perceptual: boolean;
  /** Whether Little CMS takes black to black; else the test undoes ours. */
  readonly compensated: boolean;
}

function littleCms(jobs: readonly Job[]): ({ colours: Colour[]; black: Colour } | null)[] {
  const script = fileURLToPath(new URL("little-cms.py", import.meta.url));
  const text = JSON.stringify(jobs.map((job) => ({ ...job, profile: job.profile.toString("base64") })));
  return JSON.parse(outputOf(tiffPython, [script], Buffer.from(text)).toString("utf8"));
}

function ours({ profile, colours, back }: Job): Colour[] {
  const space = tablesOf(profile);
  const planes = Float32Array.from({ length: 3 * colours.length }, (_, i) => {
    const channel = Math.floor(i / colours.length);
    const value = colours[i % colours.length]?.[channel] as number;
    return back ? value / (D50[channel] as number) : value;
  });
  if (back) space.fromLight?.(planes);
  else space.toLight(planes);
  return colours.map((_, i) => {
    const one = (channel: number): number =>
      (planes[channel * colours.length + i] as number) * (back ? 1 : (D50[channel] as number));
    return [one(0), one(1), one(2)];
  });
}

function tablesOf(profile: Buffer): TableSpace {
  const read = readIccProfile(profile);
  if (read?.kind !== "table") throw new Error(`expected tables, received ${JSON.stringify(read)}`);
  return read.space;
}

/** Corners, greys and others. */
function rgbColours(count: number): Colour[] {
  const drawn = uniformNumbers(3 * count, "colours", { seed });
  return Array.from({ length: count }, (_, i): Colour => {
    if (i < 8) return [i & 1, (i >> 1) & 1, i >> 2];
    if (i < 24) return [(i - 8) / 15, (i - 8) / 15, (i - 8) / 15];
    return [drawn[3 * i] as number, drawn[3 * i + 1] as number, drawn[3 * i + 2] as number];
  });
}

/** X, Y, Z under D50 of light in sRGB. */
function lightOf([r, g, b]: Colour): Colour {
  return [
    0.4361 * r + 0.3851 * g + 0.1431 * b,
    0.2225 * r + 0.7169 * g + 0.0606 * b,
    0.0139 * r + 0.0971 * g + 0.7141 * b,
  ];
}

/** A gap of X, Y, Z, or of RGB. */
function gaps(
  a: readonly Colour[],
  b: readonly Colour[],
  [least, most]: readonly [number, number],
): { largest: number; mean: number } {
  const all = a.flatMap((colour, i) =>
    colour.map((value, channel) =>
      Math.abs(value - Math.min(most, Math.max(least, b[i]?.[channel] as number))),
    ),
  );
  return {
    largest: all.reduce((worst, gap) => Math.max(worst, gap), 0),
    mean: all.reduce((sum, gap) => sum + gap) / all.length,
  };
}

function compare(context: TestContext, jobs: readonly Job[]): { largest: number; mean: number }[] {
  needTiffReader(context);
  const blacks = littleCms(jobs).map((result) => result?.black as Colour);
  const shifted = jobs.map((job, i) =>
    job.back && !job.compensated
      ? { ...job, colours: job.colours.map((c) => raised(c, blacks[i] as Colour)) }
      : job,
  );
  const theirs = littleCms(shifted);
  return jobs.map((job, i) => {
    const { colours, black } = theirs[i] as { colours: Colour[]; black: Colour };
    const mine = ours(job);
    const isRaised = !job.back && !job.compensated;
    return gaps(
      isRaised ? mine.map((colour) => raised(colour, black)) : mine,
      colours,
      job.back ? [0, 1] : [-10, 10],
    );
  });
}

/** Black point compensation undone: 0 becomes black. */
function raised(colour: Colour, black: Colour): Colour {
  return colour.map((value, i) => {
    const [darkest, white] = [black[i] as number, D50[i] as number];
    return darkest + (value * (white - darkest)) / white;
  }) as unknown as Colour;
}

/**
 * A printer: gamma 1.8, its primaries those of a wide display, its darkest a light of 0.01; white at L* 100. Its tables are
 * in Lab as version 2 encodes it, whose nodes it meets to 0.1 of a step.
 */
const PRINTER: Device = {
  out: (rgb) => {
    const light = rgb.map((value) => value ** 1.8);
    return encodedLab(WIDE.map((row) => 0.01 + 0.99 * dot(row, light)));
  },
  back: (encoded) => {
    const light = decodedLab(encoded).map((value) => (value - 0.01) / 0.99);
    return WIDE_INVERSE.map((row) => Math.min(1, Math.max(0, dot(row, light))) ** (1 / 1.8));
  },
};

// Display P3 to X, Y, Z, each relative to white's.
const WIDE = [
  [0.5337, 0.3028, 0.1635],
  [0.2412, 0.6923, 0.0665],
  [-0.0013, 0.0507, 0.9506],
];
const WIDE_INVERSE = inverse(WIDE);

function inverse(rows: readonly (readonly number[])[]): number[][] {
  const [a, b, c] = rows as [number[], number[], number[]];
  const cross = (u: number[], v: number[]): number[] =>
    [0, 1, 2].map((i) => {
      const [j, k] = [(i + 1) % 3, (i + 2) % 3];
      return (u[j] as number) * (v[k] as number) - (u[k] as number) * (v[j] as number);
    });
  const columns = [cross(b, c), cross(c, a), cross(a, b)];
  const determinant = dot(a, columns[0] as number[]);
  return [0, 1, 2].map((row) => columns.map((column) => (column[row] as number) / determinant));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

function encodedLab(light: readonly number[]): number[] {
  const [x, y, z] = light.map((value) =>
    value > (6 / 29) ** 3 ? Math.cbrt(value) : (value * 841) / 108 + 4 / 29,
  ) as [number, number, number];
  return [(116 * y - 16) * 652.8, (500 * (x - y) + 128) * 256, (200 * (y - z) + 128) * 256].map(
    (code) => code / 65_535,
  );
}

function decodedLab(encoded: readonly number[]): number[] {
  const [l, a, b] = encoded.map((value) => value * 65_535) as [number, number, number];
  const y = (l / 652.8 + 16) / 116;
  return [y + (a / 256 - 128) / 500, y, y - (b / 256 - 128) / 200].map((value) =>
    value > 6 / 29 ? value ** 3 : ((value - 4 / 29) * 108) / 841,
  );
}

const RELATIVE = sampledProfile(PRINTER, "Lab ");

describe("a profile made of tables", () => {
  it(`of every kind, drawn with seed ${seed}, leads to the colours of Little CMS and back`, (context) => {
    const colours = rgbColours(300);
    const jobs = TABLE_KINDS.flatMap((kind, index) => {
      const profile = drawnProfile(kind, 100 * seed + index);
      const job = { profile, perceptual: false, compensated: false };
      return [
        { ...job, colours, back: false },
        { ...job, colours: colours.map(lightOf), back: true },
      ];
    });
    compare(context, jobs).forEach((gap, index) => {
      const kind = TABLE_KINDS[Math.floor(index / 2)];
      // Little CMS takes sampled curves through 16 bits, and three steep steps make much of that.
      const isClose = gap.largest < 2e-3 && gap.mean < 2e-4;
      expect({ kind, back: index % 2 === 1, ...(isClose ? {} : gap) }).toEqual({
        kind,
        back: index % 2 === 1,
      });
    });
  });

  it("leads as many colours as a photo has where it leads a few, to a twentieth of a code of 8 bits", () => {
    const colours = planesOf(rgbColours(20_000));
    for (const [index, kind] of TABLE_KINDS.entries()) {
      const space = tablesOf(drawnProfile(kind, 100 * seed + index));
      const light = colours.slice();
      space.toLight(light);
      for (const [way, from] of [
        [space.toLight, colours],
        [space.fromLight, light],
      ] as const) {
        const [together, apart] = [from.slice(), from.slice()];
        way?.(together);
        inParts(apart, 1000, (part) => way?.(part));
        // Beside a jump of a drawn curve a rounding decides.
        const far = together.filter((value, i) => Math.abs(value - (apart[i] as number)) > 1 / 5100);
        expect({ kind, far: far.length < 0.0002 * together.length }).toEqual({ kind, far: true });
      }
    }
  });

  it("has its black taken to black, both ways, by the relative tables or else by the perceptual ones", (context) => {
    const colours = rgbColours(300);
    const perceptual = sampledProfile(PRINTER, "Lab ", ["A2B0", "B2A0"]);
    const jobs = [
      { profile: RELATIVE, colours, back: false, perceptual: false, compensated: true },
      { profile: RELATIVE, colours: colours.map(lightOf), back: true, perceptual: false, compensated: true },
      { profile: perceptual, colours, back: false, perceptual: true, compensated: true },
      // Little CMS guesses another black there, from a curve through what the tables make of greys.
      {
        profile: perceptual,
        colours: colours.map(lightOf),
        back: true,
        perceptual: true,
        compensated: false,
      },
      { profile: withVersion(perceptual, 4), colours, back: false, perceptual: true, compensated: true },
    ];
    for (const { largest } of compare(context, jobs)) expect(largest).toBeLessThan(5e-4);
    const black = new Float32Array(3);
    tablesOf(RELATIVE).toLight(black);
    for (const light of black) expect(light).toBeCloseTo(0, 4);
  });

  it("comes back to its own RGB, and says by how much it misses what it does not hold", () => {
    const space = tablesOf(RELATIVE);
    if (space.fromLight === undefined) throw new Error("expected a way back");
    const transform = colourTransform(space, SRGB_COLOURS, { ...space, fromLight: space.fromLight });
    const colours = Float32Array.from(rgbColours(300).flat());
    const seen = colours.slice();
    transform?.toLook(seen);
    expect(transform?.miss?.(seen.slice()).reduce((most, miss) => Math.max(most, miss))).toBeLessThan(5);
    transform?.fromLook(seen);
    // Between nodes of 33 a side, the darkest are the worst.
    expect(largestDifference(seen, colours)).toBeLessThan(0.08);
    expect(seen.reduce((sum, value, i) => sum + Math.abs(value - (colours[i] as number)), 0)).toBeLessThan(
      0.004 * colours.length,
    );
    // A green of Rec. 2020 and a light above white.
    const beyond = Float32Array.of(-0.6, 1.2, 1.05, 1.2, -0.4, 1.2);
    expect(transform?.miss?.(beyond).every((miss) => miss > 5)).toBe(true);
  });

  it("gives way to its matrix where its tables lead one way only, or cannot be read", () => {
    const [table] = tagsOf(sampledProfile(PRINTER, "Lab ", ["A2B0"]));
    const oneWay = addTag(adobeRgb(), "A2B0", table as Buffer);
    expect(readIccProfile(oneWay)?.kind).toBe("matrix");
    expect(readIccProfile(addTag(adobeRgb(), "A2B0", Buffer.alloc(40)))?.kind).toBe("matrix");
  });

  it.each<readonly [what: string, reason: string, change: (tag: Buffer) => Buffer]>([
    [
      "ends early",
      "its table A2B1: it needs 215686 bytes, and 9000 are there",
      (tag) => tag.subarray(0, 9000),
    ],
    ["has no data", "its table A2B1: it ends before its data", (tag) => tag.subarray(0, 20)],
    ["is of another type", 'its table A2B1: it is of the type "mpet"', (tag) => write(tag, 0, "mpet")],
    [
      "has four channels",
      "its table A2B1: it leads from 4 channels to 3, not from 3 to 3",
      (tag) => write(tag, 8, "\x04"),
    ],
    [
      "has a point for a lattice",
      "its table A2B1: it has a lattice of 1 x 1 x 1, and needs 2 along each side",
      (tag) => write(tag, 10, "\x01"),
    ],
    [
      "says a lattice that is not there",
      "its table A2B1: it needs 384064 bytes, and 215698 are there",
      (tag) => write(tag, 10, "\x28"),
    ],
    [
      "says a huge lattice",
      "its table A2B1: it has a lattice of 255 x 255 x 255, more than 129 x 129 x 129",
      (tag) => write(tag, 10, "\xff"),
    ],
    [
      "has curves of one sample",
      "its table A2B1: its curves have fewer than two samples",
      (tag) => write(tag, 48, "\x00\x01"),
    ],
  ])("is refused with the reason where its table %s", (_what, reason, change) => {
    const [out, back] = tagsOf(RELATIVE);
    const profile = iccProfile("RGB ", { A2B1: change(out as Buffer), B2A1: back as Buffer }, "Lab ");
    expect(readIccProfile(profile)).toEqual({ kind: "unread", reason });
  });

  it("is refused, whatever is cut off or changed in it, by a reason and not by an exception of another kind", () => {
    for (const [index, kind] of TABLE_KINDS.entries()) {
      const whole = drawnProfile(kind, index);
      for (let length = 0; length < whole.length; length += 97) readIccProfile(whole.subarray(0, length));
      const places = uniformNumbers(60, "damage", { high: whole.length - 4, seed: index });
      for (const place of places) {
        const damaged = Buffer.from(whole);
        damaged.fill(0xff, Math.trunc(place), Math.trunc(place) + 4);
        const read = readIccProfile(damaged);
        if (read?.kind === "table") read.space.toLight(new Float32Array(3));
      }
    }
  });
});

function planesOf(colours: readonly Colour[]): Float32Array {
  return Float32Array.from(
    [0, 1, 2].flatMap((channel) => colours.map((colour) => colour[channel] as number)),
  );
}

/** Planar `[3, N]`, `size` colours at a time, in place. */
function inParts(planes: Float32Array, size: number, change: (part: Float32Array) => void): void {
  const count = planes.length / 3;
  for (let first = 0; first < count; first += size) {
    const views = [0, 1, 2].map((channel) =>
      planes.subarray(channel * count + first, channel * count + first + size),
    );
    const part = Float32Array.from(views.flatMap((view) => [...view]));
    change(part);
    views.forEach((view, channel) => {
      view.set(part.subarray(channel * size, (channel + 1) * size));
    });
  }
}

/** The data of all tags. */
function tagsOf(profile: Buffer): Buffer[] {
  return Array.from({ length: profile.readUInt32BE(128) }, (_, index) => {
    const offset = profile.readUInt32BE(136 + 12 * index);
    return Buffer.from(profile.subarray(offset, offset + profile.readUInt32BE(140 + 12 * index)));
  });
}

/** A profile with one tag more, at its end. */
function addTag(profile: Buffer, name: string, data: Buffer): Buffer {
  const count = profile.readUInt32BE(128);
  const added = Buffer.concat([
    profile.subarray(0, 132 + 12 * count),
    Buffer.alloc(12),
    profile.subarray(132 + 12 * count),
    data,
  ]);
  added.writeUInt32BE(count + 1, 128);
  for (let index = 0; index < count; index++) {
    added.writeUInt32BE(added.readUInt32BE(136 + 12 * index) + 12, 136 + 12 * index);
  }
  added.write(name, 132 + 12 * count, "latin1");
  added.writeUInt32BE(profile.length + 12, 136 + 12 * count);
  added.writeUInt32BE(data.length, 140 + 12 * count);
  return added;
}

function write(tag: Buffer, offset: number, text: string): Buffer {
  tag.write(text, offset, "latin1");
  return tag;
}
