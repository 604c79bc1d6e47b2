import { GraphError } from "../core/errors.js";
import type { Module } from "../nn/module.js";
import { type DiagnoseOptions, diagnose } from "./diagnose.js";
import type { Diagnosis } from "./diagnosis.js";
import { checkedDiagnosis } from "./kinds.js";
import type { LossFunction } from "./observed-loss.js";
import { terminalReport } from "./report/terminal.js";

/** Something of a model does not learn; the message is the whole report. */
export class GradientFlowError extends GraphError {
  readonly diagnosis: Diagnosis;

  constructor(diagnosis: Diagnosis) {
    super({
      where: "expectGradientFlow",
      expected: "every parameter that is trained to learn",
      received: checkedDiagnosis("GradientFlowError", diagnosis).verdict,
    });
    this.diagnosis = diagnosis;
    this.message = `${this.message}\n\n${terminalReport(diagnosis)}`;
  }
}

/**
 * For tests: diagnoses a model (see `diagnose`) and returns quietly when every parameter learns, is frozen or is
 * excused.
 *
 * @throws {GradientFlowError} with the report as its message otherwise.
 * @throws {ValueError | ShapeError} as `diagnose` does.
 */
export function expectGradientFlow<Model extends Module, Batch>(
  model: Model,
  batch: Batch,
  loss: LossFunction<Model, Batch>,
  options: DiagnoseOptions = {},
): void {
  const diagnosis = diagnose(model, batch, loss, options);
  if (!diagnosis.healthy) throw new GradientFlowError(diagnosis);
}
