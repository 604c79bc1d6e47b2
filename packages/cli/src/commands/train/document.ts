/** The document of `train --json`. */
import type { TrainResult } from "synthconv";
import { fileFields } from "../../report/path-fields.js";
import type { Measured } from "./measured.js";
import type { TrainingRun } from "./training-run.js";
import type { TrainingSource } from "./training-source.js";

export interface Trained extends Measured {
  readonly source: TrainingSource;
  readonly result: TrainResult;
  readonly run: TrainingRun;
  readonly output: string;
  /** Of the file. */
  readonly bytes: number;
  readonly seconds: number;
  readonly repaired: boolean;
  readonly advice: readonly string[];
}

export function trainDocument(trained: Trained): Readonly<Record<string, unknown>> {
  const { source, result, run, look, output, bytes, seconds, greys, conditions } = trained;
  const { network, colourSpace, outputSpace = colourSpace, training, guarantees, protection } = look.schema;
  return {
    ...{ output, bytes },
    source: { kind: source.kind, ...fileFields(source.files) },
    ...{ network, colourSpace, outputSpace, training },
    ended: result.reason,
    resumedFrom: run.startStep,
    seconds,
    run: run.isKept ? run.path : null,
    error: trained.error,
    heldOut: trained.heldOut,
    errorByDistance: look.schema.errorByDistance ?? [],
    conditions: conditions.length > 1 ? conditions : [],
    knobs: trained.knobs,
    greys: { ...greys, repaired: trained.repaired },
    guarantees,
    protection: protection ?? null,
    chart: source.chart ?? null,
    pairs: source.pairs ?? [],
    advice: trained.advice,
  };
}
