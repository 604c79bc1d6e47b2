/** `apply` on a 24-megapixel JPEG against the same decode and encode without the look. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { decodePhoto } from "../../../packages/cli/dist/image/decode-photo.js";
import { encodePhoto } from "../../../packages/cli/dist/image/encode-photo.js";
import { openPhoto } from "../../../packages/cli/dist/image/photo-header.js";
import { main } from "../../../packages/cli/dist/main.js";
import { measurement, type SectionResult } from "../harness/report.js";
import { type Contender, seriesOf } from "../harness/rounds.js";
import { pairedRatios } from "../harness/statistics.js";
import { columns, spread, type Table } from "../harness/table.js";
import { cubeText, photographAsJpeg } from "../photograph.js";
import { type BenchContext, measure } from "./context.js";

const APPLY = "synthconv apply, K = 16";
const WITHOUT = "the same without the look";
const SHARP = "sharp alone, decode and encode";

export async function applySection(context: BenchContext): Promise<SectionResult> {
  const folder = mkdtempSync(join(tmpdir(), "synthconv-bench-"));
  try {
    return await measureApply(context, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureApply(context: BenchContext, folder: string): Promise<SectionResult> {
  const [width, height] = context.quick ? [3000, 2000] : [6000, 4000];
  const photo = join(folder, "photo.jpg");
  const output = join(folder, "output.jpg");
  const look = join(folder, "look.safetensors");
  writeFileSync(join(folder, "look.cube"), cubeText(9));
  await photographAsJpeg(width, height, photo);
  await commandLine("train", join(folder, "look.cube"), "-o", look, "--channels", "16", "--steps", "50");
  const contenders = [
    asynchronous(APPLY, () => commandLine("apply", look, photo, "-o", output, "--force")),
    asynchronous(WITHOUT, async () => {
      await encodePhoto(await decodePhoto(await openPhoto(photo)), output);
    }),
    asynchronous(SHARP, async () => {
      // What encodePhoto asks for: as fine as the source, all of the colour.
      await sharp(photo).keepMetadata().jpeg({ quality: 92, chromaSubsampling: "4:4:4" }).toFile(output);
    }),
  ];
  const all = await measure(context, "apply", contenders, 5);
  const without = seriesOf(all, WITHOUT);
  const names = contenders.map(({ name }) => name);
  const milliseconds = names.map((name) => measurement(`apply/${name}`, "ms", seriesOf(all, name)));
  const ratios = names.map((name) =>
    measurement(
      `apply/${name}/ratio`,
      "of the time without the look",
      pairedRatios(seriesOf(all, name), without),
    ),
  );
  const table: Table = {
    title: `A JPEG of ${(width * height) / 1e6} megapixels (${(statSync(photo).size / 1e6).toFixed(1)} MB), in one process`,
    columns: columns("", "ms (quartiles)", "of the time without the look"),
    rows: names.map((name, i) => [
      name,
      ...[milliseconds[i], ratios[i]].map((one) => (one ? spread(one) : "–")),
    ]),
    notes: [],
  };
  return { id: "apply", tables: [table], measurements: [...milliseconds, ...ratios] };
}

async function commandLine(...args: readonly string[]): Promise<void> {
  const exitCode = await main([...args, "--quiet"]);
  if (exitCode !== 0) throw new Error(`synthconv ${args.join(" ")} ended with ${exitCode}`);
}

function asynchronous(name: string, work: () => Promise<void>): Contender {
  return {
    name,
    run: async (repeats) => {
      const start = performance.now();
      for (let i = 0; i < repeats; i++) await work();
      return performance.now() - start;
    },
  };
}
