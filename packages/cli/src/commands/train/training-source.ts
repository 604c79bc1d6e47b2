/** What a look is trained on, whatever it was read from. */
import type { ColourSamples, FitExample, GreySource, Knob, Style } from "synthconv/fit";
import type { FilePath } from "synthconv/node";
import type { ChartRecord } from "./chart-record.js";
import type { PairDocument } from "./pair-record.js";
import type { TrainedSpaces } from "./trained-spaces.js";

export interface TrainingSource {
  /** `pairs`, `recipe`, `chart`, or the name of the LUT's format. */
  readonly kind: string;
  /** The files that it was read from. */
  readonly files: readonly FilePath[];
  /** In a sentence, for the report. */
  readonly summary: string;
  /** For the look's own record: free of paths. */
  readonly record: string;
  /** What the look reads, and what it writes. */
  readonly spaces: TrainedSpaces;
  readonly knobs: readonly Knob[];
  readonly styles: readonly Style[];
  readonly training: readonly FitExample[];
  /** What the error is measured on, an entry for each of the training. */
  readonly tests: readonly FitExample[];
  /** `held-out pixels`, `held-out colours` or `lattice`; of a recipe with both `lattices and held-out pixels`. */
  readonly testedOn: string;
  /** What greys become, an entry for each of the training. */
  readonly greys: readonly GreySource[];
  /** Of a chart: how it was found, and what of its edit is not colour. */
  readonly chart?: ChartRecord;
  /** Of photos: how each pair lies, and what of it no look can learn. */
  readonly pairs?: readonly PairDocument[];
  /** What was lost or changed by reading, a sentence each. */
  readonly warnings: readonly string[];
  /** What is held out whole, one group after the other, to tell the error on other photos; the last tells it best. */
  readonly wholes: readonly { readonly on: string; readonly groups: readonly ColourSamples[] }[];
}
