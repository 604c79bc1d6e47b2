/** What the options of train are, once they are read. */
import type { PixelLossName } from "synthconv/fit";
import type { BackendOptions } from "../../frame/backend.js";
import type { ThreadOptions } from "../../frame/threads.js";

export interface TrainOptions extends ThreadOptions, BackendOptions {
  readonly output: string;
  readonly before?: string;
  readonly after?: string;
  readonly recipe?: string;
  readonly channels: number;
  readonly hidden: number;
  readonly steps: number;
  readonly batch: number;
  readonly lr?: number;
  readonly loss: PixelLossName;
  readonly layout?: string;
  readonly seed: number;
  readonly timeLimit?: number;
  readonly run?: string;
  readonly watch?: number;
  readonly resume?: boolean;
  readonly force?: boolean;
}
