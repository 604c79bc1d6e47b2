/** What is recorded in a look of how it was made and what was measured of it. */
import * as v from "valibot";
import type { ErrorStatistics } from "../colour/index.js";
import type { Guarantees } from "./guarantees.js";

/** How a look was trained; free of paths. */
export interface TrainingRecord {
  /** `pair`, `cube`, `hald`, or what a program that trains says of its source. */
  readonly source: string;
  readonly steps: number;
  /** Colours per step. */
  readonly batch: number;
  readonly learningRate: number;
  readonly loss: string;
  readonly seed: number;
  /** Colours that it was trained on. */
  readonly samples: number;
  /** Steps of Levenberg and Marquardt after those of Adam, of the style that took the most; left out for none. */
  readonly refinements?: number | undefined;
}

/** Measured error against the source; the PSNR of identical colours is null. */
export interface ErrorRecord {
  /** `held-out pixels` or `lattice`. */
  readonly on: string;
  readonly colours: number;
  readonly psnr: number | null;
  readonly deltaE76: ErrorStatistics;
  readonly deltaE2000: ErrorStatistics;
}

/** What is to be expected of colours at a distance from those that a look of photos saw, in deltaE 2000. */
export interface DistanceError {
  /** Cells of the coverage to the nearest that was seen, along the channel in which it is most: at least. */
  readonly from: number;
  /** At most; null for any more. */
  readonly to: number | null;
  /** Colours that it was measured on. */
  readonly colours: number;
  readonly mean: number;
  readonly p95: number;
}

/** What a look was asked to keep beside its source, and the PSNR against that source without and with it. */
export interface ProtectionRecord {
  /** `neutrals`, `skin`, `monotone`. */
  readonly kept: readonly string[];
  /** In dB; null where nothing differs. */
  readonly psnr: { readonly without: number | null; readonly with: number | null };
}

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const errorSummary = v.object({ mean: finite, p95: finite, max: finite });

const training = v.object({
  source: v.string(),
  steps: count,
  batch: count,
  learningRate: finite,
  loss: v.string(),
  seed: count,
  samples: count,
  refinements: v.optional(count),
});

const error = v.object({
  on: v.string(),
  colours: count,
  psnr: v.nullable(finite),
  deltaE76: errorSummary,
  deltaE2000: errorSummary,
});

const distanceError = v.object({
  from: count,
  to: v.nullable(count),
  colours: count,
  mean: finite,
  p95: finite,
});

const guarantees = v.object({
  tint: finite,
  fall: finite,
  fallAt: count,
  folded: finite,
  clipped: finite,
  step: finite,
  levels: count,
});

const protectedPsnr = v.object({ without: v.nullable(finite), with: v.nullable(finite) });
const protection = v.object({ kept: v.array(v.string()), psnr: protectedPsnr });

interface Records {
  readonly training?: TrainingRecord | undefined;
  readonly error?: ErrorRecord | undefined;
  readonly errorByDistance?: readonly DistanceError[] | undefined;
  readonly guarantees?: Guarantees | undefined;
  readonly protection?: ProtectionRecord | undefined;
}

/** By the fields of a schema. */
export const recordSchemas: {
  readonly [Name in keyof Required<Records>]: v.GenericSchema<unknown, NonNullable<Records[Name]>>;
} = {
  training: training,
  error: error,
  errorByDistance: v.array(distanceError),
  guarantees: guarantees,
  protection: protection,
};

/** @param names refuses names of a record that are none of the known. */
export function checkRecordNames(
  { training: how, error: measured, errorByDistance: far, guarantees: sure, protection: kept }: Records,
  names: (field: string, value: unknown, known: object) => void,
): void {
  names(" training", how, training.entries);
  names(" error", measured, error.entries);
  names(" error deltaE76", measured?.deltaE76, errorSummary.entries);
  names(" error deltaE2000", measured?.deltaE2000, errorSummary.entries);
  if (Array.isArray(far)) {
    for (const [index, one] of far.entries()) names(` errorByDistance[${index}]`, one, distanceError.entries);
  }
  names(" guarantees", sure, guarantees.entries);
  names(" protection", kept, protection.entries);
  names(" protection psnr", kept?.psnr, protectedPsnr.entries);
}
