/** What networks are made of: rows of tables, each under the name that coverage counts and failing lines show. */
import { type Initializer, initializers, nn, type Parameter, type Tensor } from "../library.js";
import type { Random } from "../random.js";
import type { Watch } from "./watch.js";

/** What every stage of a network may read, beside what the stage before gave. */
export interface Context {
  /** [B, CONDITION], for networks that write weights. */
  readonly condition: Tensor;
  readonly step: number;
  readonly watch: Watch;
}

/** Numbers in a condition. */
export const CONDITION = 4;

export interface Built {
  /** What holds its parameters. */
  readonly parts?: readonly nn.Module[];
  run(x: Tensor, context: Context): Tensor;
}

export interface StageRow {
  readonly name: string;
  /** Images [B,C,H,W], rows of numbers [B,N] (an image becomes such, for good), or both. */
  readonly takes: "image" | "row" | "any";
  /** @param shape of what it is given. */
  make(shape: readonly number[], random: Random): Built;
}

export class Stage extends nn.Module {
  readonly parts: readonly nn.Module[];
  readonly takesRows: boolean;
  readonly #run: Built["run"];

  /** @param takesRows makes rows of an image before. */
  constructor({ parts = [], run }: Built, takesRows: boolean) {
    super();
    this.parts = parts;
    this.takesRows = takesRows;
    this.#run = run;
  }

  forward(x: Tensor, context: Context): Tensor {
    return this.#run(x, context);
  }
}

/** A parameter that is no layer's. */
export class Weights extends nn.Module {
  readonly values: Parameter;

  constructor(shape: readonly number[], initializer: Initializer = initializers.normal(0.4)) {
    super();
    this.values = nn.declareParameter(shape, initializer);
  }
}

/** One layer, and what is made of its result. */
export function layered<Layer extends nn.Layer>(
  layer: Layer,
  then: (y: Tensor, x: Tensor) => Tensor = (y) => y,
): Built {
  return { parts: [layer], run: (x) => then(layer.forward(x), x) };
}

/** Without parameters. */
export function plain(run: (x: Tensor) => Tensor): Built {
  return { run: (x) => run(x) };
}
