/** Diagnoses, reports, histories of runs. */
import { tensor } from "../../src/autograd/index.js";
import * as doctor from "../../src/doctor/index.js";
import { Linear } from "../../src/nn/index.js";
import { mean } from "../../src/ops/index.js";
import { SGD } from "../../src/train/index.js";
import {
  type Argument,
  alsoAccepts,
  fixedArg,
  flagArg,
  functionArg,
  moduleArg,
  nothing,
  numberArg,
  numbersArg,
  optional,
  optionsArg,
  type Row,
  row,
  sizeArg,
  textArg,
} from "./row.js";

const model = new Linear(2, 2).initialize({ seed: 0 });
const inputs = tensor([[1, 2]]);
const loss = (one: Linear) => mean(one.forward(inputs));
const diagnosis = doctor.diagnose(model, inputs, loss, { steps: 2 });
const recorder = new doctor.WatchRecorder();
doctor.diagnose(model, inputs, loss, { steps: 2, record: recorder.record });

const diagnosed: readonly Argument[] = [
  moduleArg("model", () => model),
  functionArg("loss", () => loss),
  optional(
    optionsArg(
      "options",
      optional(
        alsoAccepts(
          fixedArg("optimizer", () => new SGD(model.parameters(), { learningRate: 0.1 })),
          "emptyList",
        ),
      ),
      optional(sizeArg("steps", () => 2)),
      optional(
        alsoAccepts(
          fixedArg("mixes", () => ["inputs"]),
          "emptyList",
          "texts",
        ),
      ),
      optional(functionArg("record", () => () => undefined)),
    ),
  ),
];
const diagnosisArg = fixedArg("diagnosis", () => diagnosis);
const run = fixedArg("run", () => recorder.history());
const options = (...fields: Argument[]) => optional(optionsArg("options", ...fields.map(optional)));

export const doctorRows: readonly Row[] = [
  row(
    "diagnose",
    (one: Linear, body: typeof loss, given: doctor.DiagnoseOptions) =>
      doctor.diagnose(one, inputs, body, given),
    ...diagnosed,
  ),
  {
    ...row(
      "expectGradientFlow",
      (one: Linear, body: typeof loss, given: doctor.DiagnoseOptions) =>
        doctor.expectGradientFlow(one, inputs, body, given),
      ...diagnosed,
    ),
    alias: "diagnose",
  },
  row("GradientFlowError", (of: doctor.Diagnosis) => new doctor.GradientFlowError(of), diagnosisArg),
  row(
    "measureHistogram",
    doctor.measureHistogram,
    numbersArg("values", () => [1, 2]),
  ),
  row(
    "htmlReport",
    doctor.htmlReport,
    diagnosisArg,
    options(
      textArg("title", () => "a run"),
      alsoAccepts(
        fixedArg("histograms", () => doctor.runHistograms(recorder.history())),
        "emptyList",
      ),
    ),
  ),
  row(
    "terminalReport",
    doctor.terminalReport,
    diagnosisArg,
    options(
      flagArg("colour", () => true),
      numberArg("columns", () => 80),
      flagArg("unicode", () => true),
    ),
  ),
  row("diagnoseRun", doctor.diagnoseRun, run),
  row("runHistograms", doctor.runHistograms, run),
  row("tensorBoardFile", doctor.tensorBoardFile, run),
  ...nothing("WatchRecorder", "WatchRecorder.history", "keepCallSites"),
];
