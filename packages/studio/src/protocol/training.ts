/** Requests about training: what a look is learned from, how, and what is told while it learns. */
import type { Diagnosis, Histogram } from "synthconv/doctor";
import type { ErrorRecord, Knob, Settings } from "synthconv/fit";
import type { PixelNetwork } from "synthconv/look";

/** A file and what it is known by: the worker decodes what has the same key once. */
export interface FileRef {
  readonly key: string;
  /** The file's name, for messages and formats. */
  readonly name: string;
  readonly blob: Blob;
}

/** What a look is learned from: photos before and after, a LUT, or the chart that came back from an app, at settings of the knobs. */
export type Source =
  | {
      readonly kind: "pair";
      readonly id: string;
      readonly before: FileRef;
      readonly after: FileRef;
      readonly settings: Settings;
    }
  | { readonly kind: "lut"; readonly id: string; readonly lut: FileRef; readonly settings: Settings }
  | { readonly kind: "chart"; readonly id: string; readonly photo: FileRef; readonly settings: Settings };

/** The file that a look of this source is called after: the edit. */
export function editOf(source: Source): FileRef {
  return source.kind === "pair" ? source.after : source.kind === "lut" ? source.lut : source.photo;
}

/** How it is learned. */
export interface TrainSettings {
  /** Channels of the hidden layer of the pixel network, K. */
  readonly channels: number;
  /** Widths of the fully connected layers that write it. */
  readonly generator: readonly number[];
  readonly steps: number;
  readonly seed: number;
  /** Of the kernels: `plain` gives the same bits on every machine, the other is the fastest there is. */
  readonly backend: "fastest" | "plain";
  /** Cuts the graph as in the question that started the project: the generated numbers are put into a layer's parameter. */
  readonly broken: boolean;
}

export interface TrainAsk {
  readonly sources: readonly Source[];
  readonly knobs: readonly Knob[];
  readonly settings: TrainSettings;
  /** Goes on after this checkpoint of the same training. */
  readonly resume?: Uint8Array;
  /** What is shown while it learns; none, and only numbers are told. */
  readonly sight?: SightAsk;
}

/** A photo under the look as it stands. */
export interface SightAsk {
  readonly photo: FileRef;
  /** Most pixels that are shown. */
  readonly pixels: number;
  readonly values: Settings;
}

export type TrainNews =
  | ({ readonly kind: "progress" } & TrainStep)
  | { readonly kind: "sight"; readonly network: PixelNetwork; readonly picture?: Picture }
  | {
      readonly kind: "measured";
      readonly step: number;
      readonly psnr: number | null;
      readonly deltaE: number;
    }
  | { readonly kind: "watched"; readonly step: number; readonly rows: readonly WatchedRow[] }
  | { readonly kind: "diagnosis"; readonly diagnosis: Diagnosis }
  | {
      readonly kind: "kept";
      readonly step: number;
      readonly checkpoint: Uint8Array;
      /** Absent where the graph was cut on purpose. */
      readonly look?: Uint8Array;
    };

export interface TrainStep {
  /** Steps done. */
  readonly step: number;
  readonly steps: number;
  /** Steps a second. */
  readonly rate: number;
  /** Seconds. */
  readonly timeLeft: number;
  readonly loss: number;
  /** Of all gradients together. */
  readonly gradientNorm: number;
}

/** Pixels as a canvas takes them: RGBA, 8 bits. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

/** A part of the network in a watched step. */
export interface WatchedRow {
  /** Unique: `generator.hidden.0.weight`, `layers.0.weight`. */
  readonly name: string;
  /** Trained numbers, or numbers that the trained ones write. */
  readonly role: "trained" | "written";
  readonly shape: readonly number[];
  readonly histogram: Histogram;
  /** Euclidean norm of the gradient; null where none arrives. */
  readonly gradientNorm: number | null;
}

export interface TrainAnswer {
  readonly reason: "finished" | "halted";
  readonly step: number;
  /** The look's file, as `synthconv train` writes it; undefined where the graph was cut on purpose. */
  readonly look: Uint8Array | undefined;
  /** To go on with; undefined where it is finished. */
  readonly checkpoint: Uint8Array | undefined;
  /** Of held-out colours; undefined where it was halted. */
  readonly error: ErrorRecord | undefined;
}
