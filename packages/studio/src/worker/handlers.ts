import { engine } from "./engine.js";
import { example } from "./examples/example.js";
import type { Handlers } from "./handler.js";
import { identify } from "./identify.js";
import { show } from "./show.js";

export const handlers: Handlers = {
  ...{ engine, example, identify, show },
  // Half of the worker's code, which nobody needs before there is something to learn from.
  train: async (ask, context) => (await import("./training/train.js")).train(ask, context),
  halt: async (ask, context) => (await import("./training/train.js")).halt(ask, context),
};
