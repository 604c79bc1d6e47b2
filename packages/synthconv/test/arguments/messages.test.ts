/** What a person reads who calls from plain JavaScript: the kinds of slips that the generated table cannot make. */
import { describe, expect, it } from "vitest";
import * as doctor from "../../src/doctor.js";
import * as s from "../../src/index.js";
import * as look from "../../src/look.js";
import * as node from "../../src/node.js";
import { lookOf } from "../look/look-samples.js";

const { tensor, zeros } = s;
const model = new s.Linear(2, 2).initialize({ seed: 0 });
const sgd = () => new s.SGD(model.parameters(), { learningRate: 0.1, momentum: 0.9 });
const leaf = () => tensor([1, 2], { requiresGrad: true });
const cube = () => ({ stages: [look.identityCube(2)] });
const generator = (change: object): unknown =>
  new s.WeightGenerator({
    conditionLength: 2,
    hidden: [4],
    tensors: s.conv2dTensors(3, 3),
    ...change,
  } as s.WeightGeneratorOptions);
const train = (change: object): Promise<unknown> =>
  s.trainLoop({
    model,
    optimizer: sgd(),
    steps: 1,
    seed: 0,
    step: () => s.mse(model.forward(zeros([1, 2])), zeros([1, 2])),
    ...change,
  } as s.TrainOptions);
const withSchema = (change: object): unknown => {
  const one = lookOf();
  return look.serializeLook({ ...one, schema: { ...one.schema, ...change } } as look.Look);
};
const own = (backward: () => unknown): unknown => {
  const x = leaf();
  const y = s.record({
    operation: "double",
    inputs: [x],
    shape: [2],
    data: Float32Array.of(2, 4),
    backward: backward as () => [],
  });
  return s.sum(y).backward();
};
class Own extends s.Module {
  readonly weight: s.Parameter;

  constructor(initializer: unknown) {
    super();
    this.weight = s.declareParameter([2], initializer as s.Initializer);
  }
}

type Slip = readonly [title: string, call: () => unknown, message: string];

async function messageOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (error instanceof s.SynthconvError) return error.message;
    return `a raw ${error}`;
  }
  return "accepted";
}

function saysOf(slips: readonly Slip[]): void {
  it.each(slips)("of %s", async (_, call, message) => expect(await messageOf(call)).toContain(message));
}

describe("await, new or return forgotten: the message says which", () => {
  saysOf([
    [
      "a promise as bytes",
      () => s.readCheckpoint(Promise.resolve(new Uint8Array(8)) as never, "a file"),
      "received a Promise. Write await before it.",
    ],
    [
      "a class as a generator",
      () => new s.SynthesizedConv2d(s.WeightGenerator as never),
      "received the class WeightGenerator. Write new WeightGenerator(...).",
    ],
    [
      "a class as a callback",
      () => s.noGrad(s.Linear as never),
      "expected a function, received the class Linear",
    ],
    [
      "a step that returns nothing",
      () => train({ step: () => undefined }),
      "trainLoop step's result: expected a tensor, received undefined. Return it.",
    ],
    ["an async step", () => train({ step: async () => zeros([]) }), "The function cannot be async"],
    [
      "a step that returns a number",
      () => train({ step: () => 0.5 }),
      "Return the tensor itself, without item().",
    ],
    [
      "a schedule that returns nothing",
      () => train({ schedule: Object.assign(() => undefined, { description: "mine" }) }),
      "trainLoop schedule's result: expected a finite number of 0 or more, received undefined",
    ],
    [
      "a body that returns nothing",
      () => s.valueAndGrad((() => undefined) as never, [leaf()]),
      "valueAndGrad body's result: expected a tensor, received undefined. Return it.",
    ],
    [
      "a checked body that returns nothing",
      () => doctor.checkGradient((() => undefined) as never, [tensor([1], { dtype: "float64" })]),
      "checkGradient body's result: expected a tensor",
    ],
    [
      "a backward that returns nothing",
      () => own(() => undefined),
      "backward of double: expected a list of 1, a gradient or undefined for each input, received undefined",
    ],
    ["a backward that returns too few", () => own(() => []), "expected a list of 1, a gradient or undefined"],
    [
      "an initializer that returns nothing",
      () => new Own(() => undefined).initialize({ seed: 0 }),
      "initialize weight: what its initializer returns: expected a Float32Array or Float64Array, received undefined",
    ],
    [
      "an initializer without its stream",
      () => s.initializers.normal(1)([2], 5 as never),
      "initializer random: expected a RandomStream, received 5",
    ],
    [
      "a generator that returns a tensor",
      () => new s.SynthesizedConv2d(model as never).forward(zeros([1, 3, 2, 2]), zeros([1, 2])),
      "generator's result: expected an object { weight, bias }, received a Tensor [1,2]. Return { weight, bias }.",
    ],
    [
      "a run that is not opened",
      () => new (node.RunFolder as never as new () => unknown)(),
      "Write await RunFolder.open(path, { resume: false }).",
    ],
  ]);
});

describe("what is wrong inside is named where it stands", () => {
  saysOf([
    [
      "a width",
      () => generator({ hidden: [{}] }),
      "WeightGenerator hidden: expected a list of whole numbers",
    ],
    ["a number of widths", () => generator({ hidden: 32 }), "received 32. Write { hidden: [32] }."],
    [
      "no widths",
      () => generator({ hidden: undefined }),
      "received undefined. Write { hidden: [] } for none.",
    ],
    ["a name of a generator", () => generator({ hiden: [3] }), "received hiden. Write { hidden: [3] }."],
    [
      "a name of a tensor to write",
      () => generator({ tensors: [{ name: "weight", sahpe: [2] }] }),
      "WeightGenerator tensors[0]: expected names out of name, shape, gain, deviation, transposedGroups, received sahpe. Write { shape: [2] }.",
    ],
    [
      "first weights",
      () => generator({ initialization: { weight: [1] } }),
      "WeightGenerator initialization: expected weights alone, received weight. Write { weights: [1] }.",
    ],
    [
      "a rhythm",
      () => train({ watch: { evry: 2, record: () => undefined } }),
      "trainLoop watch: expected names out of every, record, received evry. Write { every: 2 }.",
    ],
    [
      "a look's network",
      () => withSchema({ network: { chanels: [3, 3], activation: "relu", residual: true } }),
      "serializeLook schema network: expected names out of channels, activation, residual, received chanels",
    ],
    [
      "a look's training",
      () => withSchema({ training: { source: "x", steps: 1, batch: 1, learning_rate: 0.1 } }),
      "serializeLook schema training: expected names out of source, steps, batch, learningRate, loss, seed, samples, refinements, received learning_rate. Write { learningRate: 0.1 }.",
    ],
    [
      "a look's generator",
      () => withSchema({ generator: { hidden: [], activaton: "relu" } }),
      'serializeLook schema generator: expected names out of kind, hidden, activation, received activaton. Write { activation: "relu" }.',
    ],
    [
      "a lookup table that came with its format",
      () => look.applyLut({ format: "cube", lut: cube() } as never, new Float32Array(3)),
      "applyLut lut: expected names out of title, stages, received format. Pass readLut(source, name).lut.",
    ],
    [
      "a lattice",
      () => look.writeCube({ stages: [{ ...look.identityCube(2), table: new Float64Array(24) }] } as never),
      "writeCube lut stages[0] table: expected a Float32Array, received a Float64Array of 24",
    ],
    [
      "a state",
      () =>
        sgd().loadStateDict(
          sgd()
            .stateDict()
            .set("weight.steps", { shape: [1], data: Float64Array.of(0.5) }),
        ),
      "loadStateDict state weight.steps: expected a whole number of 0 or more, received 0.5",
    ],
    [
      "a state that is shorter than it says",
      () =>
        model.loadStateDict(
          model.stateDict().set("weight", { shape: [2, 2], data: new Float32Array(1) } as never),
        ),
      "loadStateDict state weight: expected 4 numbers for [2,2], received 1",
    ],
    ["a hole in a list", () => s.reshape(zeros([1, 4]), new Array(2)), "reshape shape: expected"],
    [
      "an option of other libraries' losses",
      () => s.mse(leaf(), leaf(), { reduction: "sum" } as never),
      "mse options: expected none, received reduction. It is the mean; for the sum, multiply(loss, prediction.size).",
    ],
    [
      "bytes as colours",
      () => look.psnr(new Uint8Array(3) as never, new Uint8Array(3) as never),
      "(value) => value / 255).",
    ],
    [
      "another layout",
      () => look.rgbToLab(new Float32Array(3), "plannar" as never),
      'rgbToLab layout: expected one of interleaved, planar, received "plannar". Write "planar".',
    ],
    [
      "another interpolation",
      () => new look.LutSampler(cube(), "cubic" as never),
      "expected one of tetrahedral, trilinear",
    ],
    [
      "a word for a number",
      () => look.deltaE2000("50" as never, 0, 0, 50, 0, 0),
      'deltaE2000 l1: expected a number, received "50"',
    ],
    ["no room", () => look.sharedFloats(2 ** 50), "expected no more numbers than there is room for"],
  ]);
});
