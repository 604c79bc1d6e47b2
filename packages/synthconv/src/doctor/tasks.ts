/** What a step computes its loss from, and whether it is the turn of others. */
import type { Parameter } from "../autograd/parameter.js";
import type { ObservedStep } from "./observed-step.js";
import { givenTensors } from "./trace.js";
import type { Turn } from "./turn.js";
import { numberOf } from "./way.js";

/** What a parameter did in the steps so far. */
interface Past {
  readonly parameter: Parameter;
  readonly turns: readonly Turn[];
  readonly tasks: readonly string[];
  readonly inner: readonly boolean[];
}

/** The tensors of the batch and other given ones that the loss was computed from. */
export function taskOf({ trace, flow }: ObservedStep): string {
  const given = givenTensors(trace).filter((tensor) => flow.reachesLoss(tensor));
  return given
    .map(numberOf)
    .sort((a, b) => a - b)
    .join();
}

/**
 * Whether others have their turn alone: optimizers step inside of the loss, as one did for this parameter, and none of
 * them holds it; or the step looks at a tensor that none did in which it learned, which numbers do not bring.
 */
export function isOthersTurn(
  { parameter, turns, tasks, inner }: Past,
  { trace: { innerSteps } }: ObservedStep,
  task: string,
): boolean {
  if (inner.includes(true))
    return innerSteps.length > 0 && !innerSteps.some(({ parameters }) => parameters.includes(parameter));
  const learned = tasks.filter((_, step) => turns[step] === "learns");
  const own = new Set(learned.flatMap((one) => one.split(",")));
  return own.size > 0 && task.split(",").some((one) => one !== "" && !own.has(one));
}
