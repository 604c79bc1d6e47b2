import { spawnSync } from "node:child_process";
import { describe, expect, it, type TestContext } from "vitest";
import { type MeasuredHistogram, measureHistogram } from "../../src/doctor/histogram.js";
import { RunFolder } from "../../src/node/index.js";
import { trainLoop, type WatchedStep } from "../../src/train/index.js";
import { pointRun } from "../train/quadratic.js";

// A Python with TensorBoard; a virtual environment's is named by the variable.
const python = process.env.SYNTHCONV_TENSORBOARD_PYTHON ?? "python3";

function needTensorBoard(context: TestContext): void {
  const { status } = spawnSync(python, ["-c", "import tensorboard"]);
  const advice = `${python} has no tensorboard: pip install tensorboard, or name another by SYNTHCONV_TENSORBOARD_PYTHON`;
  need(context, status === 0, advice);
}

/** Reads a log folder with TensorBoard's own reader, as its server does. */
const PROGRAM = `
import json, sys
from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer
from tensorboard.util import tensor_util

events = EventMultiplexer(size_guidance={"scalars": 0, "histograms": 0, "tensors": 0})
events.AddRunsFromDirectory(sys.argv[1])
events.Reload()
(run, tags), = events.Runs().items()
print(json.dumps({
    "fileVersion": events.GetAccumulator(run).file_version,
    "scalars": {tag: [[e.step, e.value] for e in events.Scalars(run, tag)] for tag in tags["scalars"]},
    "histograms": {tag: [[e.step, list(e.histogram_value.bucket_limit), list(e.histogram_value.bucket),
        [e.histogram_value.min, e.histogram_value.max, e.histogram_value.num, e.histogram_value.sum,
         e.histogram_value.sum_squares]] for e in events.Histograms(run, tag)] for tag in tags["histograms"]},
    "texts": {tag: [tensor_util.make_ndarray(e.tensor_proto).item().decode() for e in events.Tensors(run, tag)]
        for tag in tags["tensors"]},
    "textTags": list(events.PluginRunToTagToContent("text").get(run, {})),
}))
`;

import { temporaryFolder } from "../../../../test-support/folders.js";
import { need } from "../../../../test-support/needs.js";
import { textOf } from "../../../../test-support/programs.js";

type ReadHistogram = [step: number, limits: number[], counts: number[], facts: number[]];

interface ReadByTensorBoard {
  readonly fileVersion: number;
  readonly scalars: Readonly<Record<string, [step: number, value: number][]>>;
  readonly histograms: Readonly<Record<string, ReadHistogram[]>>;
  readonly texts: Readonly<Record<string, string[]>>;
  readonly textTags: readonly string[];
}

function readByTensorBoard(folder: string): ReadByTensorBoard {
  return JSON.parse(textOf(python, ["-c", PROGRAM, folder]));
}

function asRead(step: number, histogram: MeasuredHistogram): ReadHistogram {
  const { edges, counts, sum, sumOfSquares } = histogram;
  const [minimum = 0, maximum = 0] = [edges[0], edges.at(-1)];
  const count = counts.reduce((total, one) => total + one, 0);
  return [step, edges.slice(1), [...counts], [minimum, maximum, count, sum, sumOfSquares]];
}

describe("TensorBoard's own reader", () => {
  it("reads a watched run: the same scalars, histograms and texts", async (context) => {
    needTensorBoard(context);
    const folder = temporaryFolder();
    const run = await RunFolder.open(folder, { resume: false });
    const losses: [number, number][] = [];
    const updates: ReadHistogram[] = [];
    const record = (step: WatchedStep): void => {
      run.appendWatched(step);
      losses.push([step.step, Math.fround(step.loss)]);
      updates.push(asRead(step.step, measureHistogram(step.parameters[0]?.update ?? [])));
    };
    await trainLoop({ ...pointRun(), watch: { every: 8, record } });
    await run.close();
    const read = readByTensorBoard(folder);
    expect(read.fileVersion).toBe(2);
    expect(read.scalars["train/loss"]).toEqual(losses);
    expect(read.histograms["update/position"]).toEqual(updates);
    expect(losses).toHaveLength(5);
    expect(Object.keys(read.histograms)).toEqual(["value/position", "gradient/position", "update/position"]);
    expect(Object.keys(read.scalars).sort()).toEqual([
      "gradient_non_finite/position",
      "gradient_norm/position",
      "train/gradient_norm",
      "train/learning_rate",
      "train/loss",
      "update_non_finite/position",
      "update_norm/position",
      "value_non_finite/position",
      "value_norm/position",
    ]);
    expect(read.textTags).toEqual(["synthconv/history"]);
    expect(JSON.parse(read.texts["synthconv/history"]?.[0] ?? "")).toEqual({
      format: "synthconv-history",
      version: 1,
      parameters: [{ name: "position", shape: [8], dtype: "float32", trainable: true, held: true }],
    });
  });
});
