/** Training. */
import { Parameter, tensor, zeros } from "../../src/autograd/index.js";
import { Linear, type StateEntry } from "../../src/nn/index.js";
import * as train from "../../src/train/index.js";
import { Adam, type AdamOptions, AdamW, SGD, type SGDOptions } from "../../src/train/index.js";
import {
  type Argument,
  aboveZeroArg,
  alsoAccepts,
  bytesArg,
  countArg,
  finiteArg,
  fixedArg,
  flagArg,
  functionArg,
  indexArg,
  listArg,
  moduleArg,
  nothing,
  notNegativeArg,
  optional,
  optionsArg,
  type Row,
  row,
  shareArg,
  sizeArg,
  tensorArg,
  textArg,
} from "./row.js";

const parameters: Argument = {
  name: "parameters",
  valid: () => [new Parameter(tensor([1, 2]))],
  accepts: [],
};
const rate = notNegativeArg("learningRate", () => 0.1);
const weightDecay = optional(notNegativeArg("weightDecay", () => 0.1));
const adam = optionsArg(
  "options",
  rate,
  optional(fixedArg("betas", () => [0.9, 0.99])),
  optional(notNegativeArg("epsilon", () => 1e-8)),
  weightDecay,
  optional(flagArg("amsgrad", () => true)),
);
const sgd = () => new SGD([new Parameter(tensor([1, 2]))], { learningRate: 0.1 });

const images = ["prediction", "target"].map((name) => tensorArg(name, () => tensor([1, 2])));
const { schedules } = train;
const someParameters: Argument = { ...parameters, accepts: ["emptyList"] };
const steps = sizeArg("steps", () => 10);

const network = new Linear(2, 2).initialize({ seed: 0 });
const rhythm = (name: string, what: string): Argument =>
  optional(
    optionsArg(
      name,
      sizeArg("every", () => 1),
      functionArg(what, () => () => undefined),
    ),
  );
const call = (name: string): Argument => optional(functionArg(name, () => () => 0));
const trainOptions = optionsArg(
  "options",
  moduleArg("model", () => network),
  fixedArg("optimizer", () => new SGD(network.parameters(), { learningRate: 0.1 })),
  sizeArg("steps", () => 2),
  countArg("seed", () => 0),
  functionArg("step", () => () => train.mse(network.forward(zeros([1, 2])), zeros([1, 2]))),
  optional(fixedArg("schedule", () => schedules.constant())),
  optional(notNegativeArg("clip", () => 1)),
  optional(fixedArg("signal", () => new AbortController().signal)),
  optional(
    alsoAccepts(
      aboveZeroArg("timeLimit", () => 100),
      "infinite",
    ),
  ),
  call("onProgress"),
  call("history"),
  rhythm("watch", "record"),
  rhythm("checkpoint", "save"),
  // Two bytes are refused as a checkpoint.
  optional(bytesArg("resume", () => undefined)),
  optional({ name: "facts", valid: () => ({ data: "a photo" }), accepts: ["emptyObject"] }),
  call("now"),
);

const momentum = () => new SGD([new Parameter(tensor([1, 2]))], { learningRate: 0.1, momentum: 0.9 });
const runOf = (): train.RunParts => ({
  model: network,
  optimizer: new SGD(network.parameters(), { learningRate: 0.1 }),
  facts: { data: "a photo" },
});
const saved = () => train.readCheckpoint(train.writeCheckpoint(runOf(), 3), "a checkpoint");
const facts: Argument = { name: "facts", valid: () => runOf().facts, accepts: ["emptyObject"] };
const runArg = optionsArg(
  "run",
  moduleArg("model", () => network),
  fixedArg("optimizer", () => runOf().optimizer),
  facts,
);

/** A Map with an entry that is no tensor; of another shape or none, it is refused for that. */
function stateArg(name: string, key: string, valid: () => ReadonlyMap<string, unknown>): Argument {
  // Whatever has a shape and floats will do.
  const entry = alsoAccepts(
    tensorArg(key, () => valid().get(key)),
    "foreignTensor",
  );
  return { name, key, valid, accepts: [], entry };
}

export const trainingRows: readonly Row[] = [
  row("Adam", (of: Parameter[], options: AdamOptions) => new Adam(of, options), parameters, adam),
  row("AdamW", (of: Parameter[], options: AdamOptions) => new AdamW(of, options), parameters, adam),
  row(
    "SGD",
    (of: Parameter[], options: SGDOptions) => new SGD(of, options),
    parameters,
    optionsArg(
      "options",
      rate,
      optional(shareArg("momentum", () => 0.9)),
      optional(flagArg("nesterov", () => true)),
      weightDecay,
    ),
  ),
  row(
    "Optimizer.step",
    (options: { learningRate: number }) => sgd().step(options),
    optional(optionsArg("options", optional(rate))),
  ),
  row(
    "crossEntropy",
    train.crossEntropy,
    tensorArg("logits", () => zeros([2, 3])),
    alsoAccepts(
      listArg(
        "target",
        countArg("target", () => 1),
      ),
      "int32",
      "wholes",
      "tensor",
    ),
    optional(
      optionsArg(
        "options",
        optional(shareArg("labelSmoothing", () => 0.1)),
        optional(indexArg("ignoreIndex", () => -100)),
      ),
    ),
  ),
  row(
    "bceWithLogits",
    train.bceWithLogits,
    tensorArg("logits", () => tensor([1, 2])),
    tensorArg("target", () => tensor([0, 1])),
    optional(optionsArg("options")),
  ),
  row(
    "ssim",
    train.ssim,
    tensorArg("prediction", () => zeros([1, 1, 11, 11])),
    tensorArg("target", () => zeros([1, 1, 11, 11])),
    optional(
      optionsArg(
        "options",
        optional(aboveZeroArg("range", () => 1)),
        optional(sizeArg("window", () => 11)),
        optional(aboveZeroArg("sigma", () => 1.5)),
      ),
    ),
  ),
  row("mse", train.mse, ...images, optional(optionsArg("options"))),
  row("l1", train.l1, ...images, optional(optionsArg("options"))),
  row(
    "charbonnier",
    train.charbonnier,
    ...images,
    optional(optionsArg("options", optional(aboveZeroArg("epsilon", () => 0.1)))),
  ),
  row(
    "huber",
    train.huber,
    ...images,
    optional(optionsArg("options", optional(aboveZeroArg("delta", () => 0.1)))),
  ),
  ...nothing("schedules.constant"),
  row(
    "schedules.step",
    schedules.step,
    optionsArg(
      "options",
      sizeArg("every", () => 10),
      optional(finiteArg("factor", () => 0.5)),
    ),
  ),
  row(
    "schedules.cosine",
    schedules.cosine,
    optionsArg("options", steps, optional(finiteArg("final", () => 0.1))),
  ),
  row(
    "schedules.exponential",
    schedules.exponential,
    optionsArg(
      "options",
      aboveZeroArg("factor", () => 0.9),
      optional(sizeArg("every", () => 2)),
    ),
  ),
  row(
    "schedules.oneCycle",
    schedules.oneCycle,
    optionsArg(
      "options",
      steps,
      optional(notNegativeArg("start", () => 0.1)),
      optional(notNegativeArg("final", () => 0)),
      optional(
        alsoAccepts(
          shareArg("rise", () => 0.3),
          "whole",
        ),
      ),
    ),
  ),
  row(
    "Plateau",
    (options: train.PlateauOptions) => new train.Plateau(options),
    optional(
      optionsArg(
        "options",
        optional(shareArg("factor", () => 0.1)),
        optional(countArg("patience", () => 3)),
        optional(notNegativeArg("threshold", () => 0.01)),
        optional(countArg("cooldown", () => 1)),
        optional(shareArg("minimum", () => 0.01)),
        optional(fixedArg("mode", () => "max")),
        optional(sizeArg("every", () => 5)),
      ),
    ),
  ),
  row(
    "Plateau.observe",
    (measured: number) => new train.Plateau().observe(measured),
    finiteArg("measured", () => 1),
  ),
  row(
    "Plateau.observeStep",
    (loss: number) => new train.Plateau().observeStep(loss),
    finiteArg("loss", () => 1),
  ),
  row("Plateau.loadStateDict", (state: Map<string, StateEntry>) => new train.Plateau().loadStateDict(state), {
    ...fixedArg("state", () => new train.Plateau().stateDict()),
  }),
  ...nothing("Plateau.stateDict"),
  row(
    "ExponentialMovingAverage",
    (model: Linear, options: train.MovingAverageOptions) =>
      new train.ExponentialMovingAverage(model, options),
    moduleArg("model", () => network),
    optional(
      optionsArg("options", optional(shareArg("decay", () => 0.9)), optional(flagArg("warmUp", () => true))),
    ),
  ),
  row(
    "ExponentialMovingAverage.during",
    (body: () => number) => new train.ExponentialMovingAverage(network).during(body),
    functionArg("body", () => () => 1),
  ),
  row(
    "ExponentialMovingAverage.loadStateDict",
    (state: Map<string, StateEntry>) => new train.ExponentialMovingAverage(network).loadStateDict(state),
    fixedArg("state", () => new train.ExponentialMovingAverage(network).stateDict()),
  ),
  ...nothing("ExponentialMovingAverage.update", "ExponentialMovingAverage.stateDict"),
  row(
    "schedules.warmUp",
    schedules.warmUp,
    optionsArg("options", steps, optional(fixedArg("after", () => schedules.constant()))),
  ),
  row("gradientNorm", train.gradientNorm, someParameters),
  row(
    "clipGradientNorm",
    train.clipGradientNorm,
    someParameters,
    notNegativeArg("maximum", () => 1),
  ),
  row("trainLoop", train.trainLoop, trainOptions),
  row(
    "Optimizer.loadStateDict",
    (state: ReadonlyMap<string, StateEntry>) => momentum().loadStateDict(state),
    stateArg("state", "parameter.momentum", () => momentum().stateDict()),
  ),
  row(
    "writeCheckpoint",
    train.writeCheckpoint,
    runArg,
    countArg("step", () => 3),
  ),
  row(
    "readCheckpoint",
    train.readCheckpoint,
    bytesArg("bytes", () => train.writeCheckpoint(runOf(), 3)),
    textArg("name", () => "a checkpoint"),
  ),
  row(
    "restoreCheckpoint",
    train.restoreCheckpoint,
    optionsArg(
      "checkpoint",
      countArg("step", () => saved().step),
      facts,
      stateArg("model", "weight", () => saved().model),
      stateArg("optimizer", "weight.steps", () => saved().optimizer),
      { ...fixedArg("schedule", () => new Map()), accepts: ["map"] },
      alsoAccepts(
        fixedArg("frozen", () => []),
        "emptyList",
        "texts",
      ),
    ),
    runArg,
  ),
  ...nothing("Optimizer", "Optimizer.zeroGrad", "Optimizer.stateDict", "Optimizer.snapshot"),
  // What an optimizer does with one parameter: `step` calls it, and nobody else may.
  ...nothing("SGD.update"),
];
