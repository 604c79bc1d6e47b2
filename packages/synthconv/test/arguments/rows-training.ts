/** Training. */
import { Parameter, tensor, zeros } from "../../src/autograd/index.js";
import { Linear } from "../../src/nn/index.js";
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
  moduleArg,
  nothing,
  notNegativeArg,
  numberArg,
  optional,
  optionsArg,
  type Row,
  row,
  sizeArg,
  tensorArg,
} from "./row.js";

const parameters: Argument = {
  name: "parameters",
  valid: () => [new Parameter(tensor([1, 2]))],
  accepts: [],
};
const rate = numberArg("learningRate", () => 0.1);
const weightDecay = optional(numberArg("weightDecay", () => 0.1));
const adam = optionsArg(
  "options",
  rate,
  optional(fixedArg("betas", () => [0.9, 0.99])),
  optional(numberArg("epsilon", () => 1e-8)),
  weightDecay,
);
const betas: Argument = { ...(adam.fields?.[1] as Argument), accepts: ["undefined", "wholes", "fractions"] };
const adamOptions: Argument = { ...adam, fields: (adam.fields ?? []).with(1, betas) };
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

export const trainingRows: readonly Row[] = [
  row("Adam", (of: Parameter[], options: AdamOptions) => new Adam(of, options), parameters, adamOptions),
  row("AdamW", (of: Parameter[], options: AdamOptions) => new AdamW(of, options), parameters, adamOptions),
  row(
    "SGD",
    (of: Parameter[], options: SGDOptions) => new SGD(of, options),
    parameters,
    optionsArg(
      "options",
      rate,
      optional(numberArg("momentum", () => 0.9)),
      optional(flagArg("nesterov", () => true)),
      weightDecay,
    ),
  ),
  row(
    "Optimizer.step",
    (options: { learningRate: number }) => sgd().step(options),
    optional(optionsArg("options", optional(rate))),
  ),
  row("mse", train.mse, ...images),
  row("l1", train.l1, ...images),
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
  ...nothing("Optimizer", "Optimizer.zeroGrad", "Optimizer.stateDict", "Optimizer.snapshot"),
];
