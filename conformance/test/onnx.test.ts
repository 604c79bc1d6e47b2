/**
 * Networks out of the rows of the conformance suite, every layer, option, generator and operation, as ONNX models in ONNX
 * Runtime: at the sizes of the example, and at two more batches and image sizes where these are free.
 */
import { describe, expect, it } from "vitest";
import { type OnnxFeed, onnxRuntime } from "../../test-support/onnx.js";
import { exportOnnx, nn, ops, type Tensor, tensor } from "../dist/library.js";
import { CONDITION, Stage, type StageRow } from "../dist/networks/parts.js";
import { stageRows } from "../dist/networks/space.js";
import { Watch } from "../dist/networks/watch.js";
import { Random } from "../dist/random.js";
import { SEED } from "./environments.js";

const CHANNELS = 3;
const EXAMPLE = { batch: 2, height: 6, width: 4 };
const OTHERS = [
  { batch: 3, height: 9, width: 5 },
  { batch: 1, height: 7, width: 8 },
];
/** For networks that refuse those: their code needs multiples of the example. */
const MULTIPLES = { batch: 3, height: 12, width: 8 };

/** Rows that no file can hold, and what the refusal says. */
const REFUSED: Readonly<Record<string, string>> = { dropout: "A file drops nothing" };

/** Rows whose code depends on the batch of the example. */
const BATCH_IS_FIXED = new Set([
  "gridSample",
  "Embedding",
  "Embedding, shape",
  "gather",
  "transpose",
  "stack and split",
]);

/** A layer before the stages, so that each is given what is no input. */
class Stages extends nn.Module {
  readonly before: nn.Conv2d = new nn.Conv2d(CHANNELS, CHANNELS, 1);
  readonly stages: Stage[] = [];

  constructor(rows: readonly StageRow[], seed: number) {
    super();
    const { batch, height, width } = EXAMPLE;
    let shape: readonly number[] = [batch, CHANNELS, height, width];
    for (const [index, row] of rows.entries()) {
      if (row.takes === "row" && shape.length === 4) shape = [batch, shape.slice(1).reduce((a, b) => a * b)];
      const stage = new Stage(row.make(shape, new Random(seed, `stage ${index}`)), row.takes === "row");
      stage.initialize({ seed }).eval();
      this.stages.push(stage);
      const x = drawn(shape, seed);
      shape = stage.forward(x, {
        condition: drawn([batch, CONDITION], seed),
        step: 0,
        watch: new Watch(),
      }).shape;
    }
    this.initialize({ seed });
  }

  forward(image: Tensor, condition: Tensor): Tensor {
    const context = { condition, step: 0, watch: new Watch() };
    return this.stages.reduce((x, stage) => {
      const isFlat = !stage.takesRows || x.rank === 2;
      return stage.forward(isFlat ? x : ops.reshape(x, [x.shape[0] as number, -1]), context);
    }, this.before.forward(image));
  }
}

function drawn(shape: readonly number[], seed: number): Tensor {
  const random = new Random(seed, `${shape}`);
  const size = shape.reduce((product, one) => product * one, 1);
  return tensor(
    Float32Array.from({ length: size }, () => 2 * random.uniform() - 1),
    { shape, dtype: "float32" },
  );
}

/** What the network reads at these sizes. */
function inputsOf({ batch, height, width }: typeof EXAMPLE, seed: number): [Tensor, Tensor] {
  return [drawn([batch, CHANNELS, height, width], seed), drawn([batch, CONDITION], seed)];
}

const NAMES = ["image", "condition"];

/** The largest error of an entry, of those above 1 in parts of it. */
function errorOf(actual: Float32Array | undefined, expected: Tensor): number {
  return Array.from(expected.data).reduce((worst, value, at) => {
    return Math.max(worst, Math.abs((actual?.[at] as number) - value) / Math.max(1, Math.abs(value)));
  }, 0);
}

const isAlone = ({ name }: StageRow): boolean => name in REFUSED || BATCH_IS_FIXED.has(name);

/** A few networks of several rows each, in which every other row stands once. */
function networksOf(random: Random): StageRow[][] {
  const shuffled = (takes: StageRow["takes"]): StageRow[] => {
    const rows = stageRows.filter((row) => row.takes === takes && !isAlone(row));
    return rows
      .map((row) => ({ row, at: random.uniform() }))
      .sort((a, b) => a.at - b.at)
      .map(({ row }) => row);
  };
  const activations = shuffled("any");
  return (["image", "row"] as const).flatMap((takes) => {
    const rows = shuffled(takes);
    return Array.from({ length: Math.ceil(rows.length / 2) }, (_, at) => {
      const pair = rows.slice(2 * at, 2 * at + 2);
      return pair.toSpliced(1, 0, activations[at % activations.length] as StageRow);
    });
  });
}

describe("exportOnnx of networks out of every stage", { timeout: 240_000 }, () => {
  const random = new Random(SEED, "onnx");
  const networks = [...stageRows.filter(isAlone).map((row) => [row]), ...networksOf(random)];
  const seed = random.bits();

  it("hold every stage", () => {
    const held = new Set(networks.flat());
    expect(stageRows.filter((row) => !held.has(row))).toEqual([]);
  });

  it.for(networks.map((rows) => ({ names: rows.map(({ name }) => name), rows })))(
    "agrees: $names",
    async ({ names, rows }, context) => {
      const open = await onnxRuntime(context);
      const network = new Stages(rows, seed);
      const refusal = names.map((name) => REFUSED[name]).find((text) => text !== undefined);
      if (refusal !== undefined) {
        expect(() => exportOnnx(network, inputsOf(EXAMPLE, seed), { inputs: NAMES })).toThrow(refusal);
        return;
      }
      const model = exportOnnx(network, inputsOf(EXAMPLE, seed), { inputs: NAMES });
      const [image] = model.inputs;
      const isFree = (axis: number): boolean => typeof image?.shape[axis] === "string";
      const isBatchFixed = names.some((name) => BATCH_IS_FIXED.has(name));
      expect(isFree(0)).toBe(!isBatchFixed);
      for (const axis of [0, 1, 2, 3]) {
        const isSaid = model.fixed.some((one) => one.input === "image" && one.axis === axis);
        expect(isSaid, `axis ${axis} is free, or is said to be fixed`).toBe(!isFree(axis));
      }
      const run = await open(model.bytes);
      network.eval();
      const inputsAt = (sizes: typeof EXAMPLE): [Tensor, Tensor] =>
        inputsOf(
          {
            batch: isFree(0) ? sizes.batch : EXAMPLE.batch,
            height: isFree(2) ? sizes.height : EXAMPLE.height,
            width: isFree(3) ? sizes.width : EXAMPLE.width,
          },
          seed + 1,
        );
      const isTaken = (sizes: typeof EXAMPLE): boolean => {
        try {
          network.forward(...inputsAt(sizes));
          return true;
        } catch {
          return false;
        }
      };
      for (const sizes of [EXAMPLE, ...OTHERS.map((one) => (isTaken(one) ? one : MULTIPLES))]) {
        const inputs = inputsAt(sizes);
        const feeds = Object.fromEntries(
          inputs.map(({ shape, data }, at): [string, OnnxFeed] => [
            NAMES[at] as string,
            { shape, data: Float32Array.from(data) },
          ]),
        );
        const { output } = await run(feeds);
        const expected = network.forward(...inputs);
        expect(output?.shape).toEqual(expected.shape);
        expect(errorOf(output?.data, expected)).toBeLessThan(1e-5);
      }
    },
  );
});
