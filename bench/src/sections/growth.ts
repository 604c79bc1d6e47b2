/** Memory and time of inference from 1 to 200 megapixels: both must grow with the image and with nothing else. */
import { spawnSync } from "node:child_process";
import { freemem } from "node:os";
import { fileURLToPath } from "node:url";
import { Progress } from "synthconv/node";
import { type Measurement, measurement, type SectionResult } from "../harness/report.js";
import { fitLine, summarise } from "../harness/statistics.js";
import { columns, threeDigits } from "../harness/table.js";
import type { BenchContext } from "./context.js";
import type { GrowthPoint } from "./growth-process.js";

const MEGAPIXELS = [1, 4, 12, 24, 50, 100, 200];
const BYTES_A_PIXEL = 24;

/** One size after the other, each in its own process, so that no memory is left over from another. */
export async function growthSection({ quick, silent }: BenchContext): Promise<SectionResult> {
  const most = (0.8 * freemem()) / BYTES_A_PIXEL / 1e6;
  const sizes = MEGAPIXELS.filter((megapixels) => megapixels <= (quick ? 12 : most));
  const progress = new Progress({ label: "growth", unit: "sizes", total: sizes.length, silent });
  const points = sizes.map((megapixels, done) => {
    progress.update(done, { megapixels: String(megapixels) });
    return runPoint(megapixels);
  });
  progress.finish();
  const measurements = points.flatMap(({ megapixels, extraBytes, milliseconds }): Measurement[] => [
    measurement(`growth/${megapixels} MP/time`, "ms", milliseconds),
    ...(extraBytes === undefined
      ? []
      : [measurement(`growth/${megapixels} MP/memory beyond images`, "MB", [extraBytes / 1e6])]),
  ]);
  const table = {
    title: "Inference 3-16-3, float32, one thread: time and memory as the image grows",
    columns: columns("megapixels", "ms", "ms a megapixel", "memory beyond input and output"),
    rows: points.map(({ megapixels, milliseconds, extraBytes }) => {
      const { median } = summarise(milliseconds);
      const memory = extraBytes === undefined ? "–" : `${(extraBytes / 1e6).toFixed(1)} MB`;
      return [String(megapixels), threeDigits(median), threeDigits(median / megapixels), memory];
    }),
    notes: slopeNotes(points),
  };
  return { id: "growth", tables: [table], measurements };
}

function runPoint(megapixels: number): GrowthPoint {
  const script = fileURLToPath(new URL("./growth-process.js", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, String(megapixels)], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`growth, ${megapixels} megapixels: ended with ${status}\n${stderr}`);
  return JSON.parse(stdout) as GrowthPoint;
}

function slopeNotes(points: readonly GrowthPoint[]): string[] {
  if (points.length < 2) return [];
  const time = fitLine(
    points.map((p) => [Math.log(p.megapixels), Math.log(summarise(p.milliseconds).median)]),
  );
  const notes = [`Time grows as megapixels to the power ${time.slope.toFixed(2)} (1 is proportional).`];
  const memory = points.flatMap(({ megapixels, extraBytes }) =>
    extraBytes === undefined ? [] : [[megapixels, extraBytes / 1e3] as const],
  );
  if (memory.length < 2) return [...notes, "Memory is measured on Linux only."];
  const { slope } = fitLine(memory);
  return [...notes, `Memory beyond input and output grows by ${slope.toFixed(2)} KB a megapixel.`];
}
