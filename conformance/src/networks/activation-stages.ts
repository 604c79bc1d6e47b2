/** Activations as modules, after any stage. */
import { nn } from "../library.js";
import { layered, type StageRow } from "./parts.js";

const row = (name: string, make: () => nn.Layer): StageRow => ({
  name,
  takes: "any",
  make: () => layered(make()),
});

export const activationStages: readonly StageRow[] = [
  row("ReLU", () => new nn.ReLU()),
  row("LeakyReLU", () => new nn.LeakyReLU()),
  row("LeakyReLU, slope", () => new nn.LeakyReLU({ negativeSlope: 0.4 })),
  row("SiLU", () => new nn.SiLU()),
  row("GELU", () => new nn.GELU()),
  row("Tanh", () => new nn.Tanh()),
  row("Sigmoid", () => new nn.Sigmoid()),
  row("Softplus", () => new nn.Softplus()),
];
