/** What the options of train are, once they are read. */
import type { FitOptions, FitQuality, PixelLossName, Protection } from "synthconv/fit";
import type { ColourSpace } from "synthconv/look";
import type { BackendOptions } from "../../frame/backend.js";
import { UsageError } from "../../frame/failure.js";
import type { ThreadOptions } from "../../frame/threads.js";

export interface TrainOptions extends ThreadOptions, BackendOptions {
  readonly output: string;
  readonly before?: string;
  readonly after?: string;
  readonly recipe?: string;
  readonly chart?: string;
  readonly report?: string;
  readonly protect?: readonly Protection[];
  readonly quality?: FitQuality;
  readonly size?: number;
  readonly channels?: number;
  readonly hidden?: number;
  readonly steps?: number;
  readonly batch: number;
  readonly lr?: number;
  readonly loss: PixelLossName;
  readonly layout?: string;
  readonly workingSpace?: ColourSpace;
  readonly inputSpace?: ColourSpace;
  readonly outputSpace?: ColourSpace;
  readonly seed: number;
  readonly timeLimit?: number;
  readonly run?: string;
  readonly watch?: number;
  readonly resume?: boolean;
  readonly force?: boolean;
}

/** What they say of the network and of how long it is searched for; what they leave open, `fitLook` chooses. */
export function searchOptions({
  quality,
  size,
  channels,
  hidden,
  steps,
  lr,
}: TrainOptions): Pick<FitOptions, "quality" | "size" | "channels" | "hidden" | "steps" | "learningRate"> {
  return {
    ...(quality !== undefined && { quality }),
    ...(size !== undefined && { size }),
    ...(channels !== undefined && { channels }),
    ...(hidden !== undefined && { hidden }),
    ...(steps !== undefined && { steps }),
    ...(lr !== undefined && { learningRate: lr }),
  };
}

/** Of two the last would count in silence, where several pairs are meant. */
export function once(option: string): (path: string, before: string | undefined) => string {
  return (path, before) => {
    if (before === undefined) return path;
    throw new UsageError(
      `${option}: expected one photo or folder, received two, ${before} and ${path}. Put the photos of several pairs ` +
        "into two folders, with the same names in both",
    );
  };
}
