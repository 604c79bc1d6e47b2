/** Training. */
import { Parameter, tensor } from "../../src/autograd/index.js";
import { Adam, type AdamOptions, AdamW, SGD, type SGDOptions } from "../../src/train/index.js";
import { type Argument, fixedArg, flagArg, numberArg, optional, optionsArg, type Row, row } from "./row.js";

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
];
