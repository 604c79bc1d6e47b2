import { engine } from "./engine.js";
import { example } from "./examples/example.js";
import type { Handlers } from "./handler.js";
import { identify } from "./identify.js";
import { prepare } from "./prepare.js";
import { show } from "./show.js";
import { crop, size } from "./views/crop.js";
import { controls, network, paint } from "./views/paint.js";

export const handlers: Handlers = {
  ...{ engine, example, identify, prepare, show },
  // Half of the worker's code, which nobody needs before there is something to learn from.
  train: async (ask, context) => (await import("./training/train.js")).train(ask, context),
  halt: async (ask, context) => (await import("./training/train.js")).halt(ask, context),
  checkChart: async (ask, context) => (await import("./charts.js")).checkChart(ask, context),
  single: async (ask, context) => (await import("./single.js")).single(ask, context),
  chart: async (ask, context) => (await import("./charts.js")).chart(ask, context),
  check: async (ask, context) => (await import("./views/check.js")).check(ask, context),
  ...{ size, crop, network, paint, controls },
  // What a person asks for later is loaded then.
  examine: async (ask, context) => (await import("./views/examine.js")).examine(ask, context),
  apply: async (ask, context) => (await import("./views/apply.js")).apply(ask, context),
  take: async (ask, context) => (await import("./views/take.js")).take(ask, context),
  merge: async (ask, context) => (await import("./views/merge.js")).merge(ask, context),
  link: async (ask, context) => (await import("./views/link.js")).link(ask, context),
  unlink: async (ask, context) => (await import("./views/link.js")).unlink(ask, context),
};
