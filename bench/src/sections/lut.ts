/** A 3D LUT over a photograph and over noise, with one thread, against ffmpeg's lut3d where that is installed. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCube } from "../../../packages/synthconv/dist/format/index.js";
import { applyLut } from "../../../packages/synthconv/dist/kernels/index.js";
import { type Measurement, measurement, type SectionResult } from "../harness/report.js";
import { type Contender, type Series, seriesOf } from "../harness/rounds.js";
import { pairedRatios } from "../harness/statistics.js";
import { columns, spread, type Table } from "../harness/table.js";
import { currentBackend } from "../library.js";
import { cubeText, photograph } from "../photograph.js";
import { type BenchContext, measure } from "./context.js";

const NODES = 33;
const [WIDTH, HEIGHT] = [2048, 2048];

// ffmpeg's processor time has a resolution of a millisecond: it maps the picture several times in one run.
const REPEATS = 2;

type Interpolation = "tetrahedral" | "trilinear";
const INTERPOLATIONS: readonly Interpolation[] = ["tetrahedral", "trilinear"];

interface Picture {
  readonly name: "photo" | "noise";
  readonly pixels: Uint8Array;
}

export async function lutSection(context: BenchContext): Promise<SectionResult> {
  const folder = mkdtempSync(join(tmpdir(), "synthconv-bench-"));
  try {
    return await measureLut(context, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureLut(context: BenchContext, folder: string): Promise<SectionResult> {
  const cube = join(folder, "look.cube");
  writeFileSync(cube, cubeText(NODES));
  const pictures: readonly Picture[] = [
    { name: "photo", pixels: new Uint8Array(await photograph(WIDTH, HEIGHT)) },
    { name: "noise", pixels: noise(3 * WIDTH * HEIGHT) },
  ];
  for (const { name, pixels } of pictures) writeFileSync(join(folder, name), pixels);
  const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
  const contenders = pictures.flatMap((picture) => [
    ...kernelContenders(picture),
    ...(hasFfmpeg ? ffmpegContenders(picture, folder, cube) : []),
  ]);
  const all = await measure(context, `LUT of ${NODES} nodes`, contenders, 5);
  const measurements = pictures.flatMap(({ name }) =>
    INTERPOLATIONS.flatMap((interpolation) => rates(all, name, interpolation, hasFfmpeg)),
  );
  return { id: "lut", tables: [lutTable(measurements, hasFfmpeg)], measurements };
}

/** The worst case of a lookup: no pixel's cell is in the first-level cache. */
function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 1;
  for (let index = 0; index < length; index++) {
    // The top bits of a linear congruential generator (Knuth, MMIX, cut to 32 bits: Numerical Recipes).
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

function kernelContenders({ name, pixels }: Picture): Contender[] {
  const lut = readCube(new TextEncoder().encode(cubeText(NODES)), "the benchmark's look");
  const output = new Uint8Array(pixels.length);
  return INTERPOLATIONS.map((interpolation) => ({
    name: `${name} ${interpolation}`,
    run: (repeats) => {
      const start = process.cpuUsage();
      for (let i = 0; i < repeats; i++) applyLut(lut, pixels, { interpolation, output });
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1e3;
    },
  }));
}

/**
 * With each interpolation, and the same without the filter: start, reading, and throwing the result away. Of
 * tetrahedral interpolation ffmpeg has vector code for planar 16 bits alone: the way through that counts, too.
 */
function ffmpegContenders({ name }: Picture, folder: string, cube: string): Contender[] {
  const input = join(folder, name);
  const filters = INTERPOLATIONS.flatMap((interpolation) => {
    const filter = `lut3d=file=${cube}:interp=${interpolation}`;
    return [
      [interpolation, filter],
      [`${interpolation} in 16 bits`, `format=gbrp16le,${filter},format=rgb24`],
    ] as const;
  });
  return ([["nothing", "null"], ...filters] as const).map(([what, filter]) => ({
    name: `ffmpeg ${name} ${what}`,
    run: (repeats) => {
      let milliseconds = 0;
      for (let i = 0; i < repeats; i++) milliseconds += ffmpegProcessorTime(input, filter);
      return milliseconds;
    },
  }));
}

/** Milliseconds of processor time for one picture. */
function ffmpegProcessorTime(input: string, filter: string): number {
  const raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", `${WIDTH}x${HEIGHT}`];
  const loop = ["-stream_loop", String(REPEATS - 1), ...raw, "-i", input];
  const oneThread = ["-threads", "1", "-filter_threads", "1"];
  const args = ["-nostdin", "-benchmark", ...oneThread, ...loop, "-vf", filter, "-f", "null", "-"];
  const { status, stderr } = spawnSync("ffmpeg", args, { encoding: "utf8" });
  const times = /utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr);
  if (status !== 0 || times === null) throw new Error(`ffmpeg: ${stderr}`);
  return (1e3 * (Number(times[1]) + Number(times[2]))) / REPEATS;
}

function rates(
  all: ReadonlyMap<string, Series>,
  picture: string,
  interpolation: Interpolation,
  hasFfmpeg: boolean,
): Measurement[] {
  const name = `lut/${interpolation}/${picture}`;
  const megapixels = (ms: number): number => (WIDTH * HEIGHT) / ms / 1e3;
  const ours = seriesOf(all, `${picture} ${interpolation}`).map(megapixels);
  const rate = measurement(`${name}/rate`, "Mpixel/s", ours);
  if (!hasFfmpeg) return [rate];
  const without = seriesOf(all, `ffmpeg ${picture} nothing`);
  const theirs = (way: string): readonly number[] =>
    seriesOf(all, `ffmpeg ${picture} ${interpolation}${way}`)
      .slice(0, without.length)
      .map((ms, round) => megapixels(ms - (without[round] as number)));
  const direct = theirs("");
  const detour = theirs(" in 16 bits");
  return [
    rate,
    measurement(`${name}/ffmpeg`, "Mpixel/s", direct),
    measurement(`${name}/ratio`, "times ffmpeg", pairedRatios(ours, direct)),
    measurement(`${name}/ffmpeg-16`, "Mpixel/s", detour),
    measurement(`${name}/ratio-16`, "times ffmpeg through 16 bits", pairedRatios(ours, detour)),
  ];
}

function lutTable(measurements: readonly Measurement[], hasFfmpeg: boolean): Table {
  const cell = (name: string): string => {
    const found = measurements.find((one) => one.name === name);
    return found === undefined ? "–" : spread(found);
  };
  const rows = INTERPOLATIONS.flatMap((interpolation) =>
    ["photo", "noise"].map((picture) => {
      const name = `lut/${interpolation}/${picture}`;
      return [
        `${interpolation}, ${picture}`,
        ...["rate", "ffmpeg", "ratio", "ffmpeg-16", "ratio-16"].map((what) => cell(`${name}/${what}`)),
      ];
    }),
  );
  return {
    title: `A 3D LUT of ${NODES} nodes on 8-bit RGB of ${((WIDTH * HEIGHT) / 1e6).toFixed(1)} megapixels, one thread, ${currentBackend()} build`,
    columns: columns(
      "",
      "Mpixel/s (quartiles)",
      "ffmpeg lut3d",
      "times that",
      "through gbrp16le",
      "times that",
    ),
    rows,
    notes: hasFfmpeg
      ? [
          "Processor time; of ffmpeg without that of the same command without the filter.",
          "Through gbrp16le: converted to planar 16 bits and back, where ffmpeg has AVX2 code for tetrahedral.",
        ]
      : ["ffmpeg is not installed: nothing to compare with."],
  };
}
