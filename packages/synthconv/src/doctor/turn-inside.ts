/** Turns of parameters where the loss trains by itself: what it propagates from tells of them, and not what it returns. */
import type { Parameter } from "../autograd/parameter.js";
import type { ObservedStep } from "./observed-step.js";
import type { TrainedOutput } from "./trained-outputs.js";
import type { Turn } from "./turn.js";
import { deadEndOf } from "./zero/spot.js";

/** Of what an optimizer that steps inside holds, and did not move; undefined where nothing is to be said. */
export function turnInside(parameter: Parameter, step: ObservedStep): Turn | undefined {
  const trained = isSteppedIn(parameter, step) ? trainedFor(parameter, step) : undefined;
  const kind = trained?.flow.reachOf(parameter).kind;
  if (kind === "cut") return "cut";
  // A bias that a difference takes away is none: there is a line to blame, or nothing to say.
  const isStopped = kind === "connected" && deadEndOf(parameter, insideOf(parameter, step)) !== undefined;
  return isStopped ? "zero" : undefined;
}

/** The step as what it propagates from shows it. */
export function insideOf(parameter: Parameter, step: ObservedStep): ObservedStep {
  const trained = step.isOwnLoop ? trainedFor(parameter, step) : undefined;
  if (trained === undefined) return step;
  const { flow, gradients, output: loss } = trained;
  return { ...step, flow, gradients, loss };
}

function isSteppedIn(parameter: Parameter, { trace }: ObservedStep): boolean {
  return trace.innerSteps.some(({ parameters }) => parameters.includes(parameter));
}

/** Where it has part in what is propagated from: by the tape before all that cuts it off. */
function trainedFor(parameter: Parameter, { trained }: ObservedStep): TrainedOutput | undefined {
  const [connected, cut] = (["connected", "cut"] as const).map((kind) =>
    trained.find(({ flow }) => flow.reachOf(parameter).kind === kind),
  );
  return connected ?? cut;
}
