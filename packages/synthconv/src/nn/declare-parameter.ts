/**
 * Where the first numbers of parameters come from.
 *
 * A layer declares its parameters with an initializer and without numbers; `Module.initialize({ seed })`
 * draws all of them at once. Only then is a parameter's dotted path known, and the path is the purpose its
 * random numbers are keyed by: a layer added elsewhere changes nothing, two layers never share numbers, and
 * a network whose numbers come from a file draws none.
 */

import { tensor } from "../autograd/creation.js";
import { Parameter } from "../autograd/parameter.js";
import { check } from "../core/arguments.js";
import type { DType } from "../core/float-array.js";
import type { Initializer } from "../core/initializers.js";
import { STRING } from "../core/kinds.js";
import { SHAPE, type Shape } from "../core/shape.js";
import { INITIALIZER } from "./kinds.js";
import { RunningStatistic } from "./running-statistic.js";

const declared = new WeakMap<Parameter, Initializer>();

/**
 * A float32 parameter that `Module.initialize` fills. Until then, or until numbers are loaded, every operation
 * refuses it: a network without numbers cannot pass for one that has some.
 *
 * @param label what messages call it until its module gives it its path. Default "a parameter".
 * @throws {ValueError} when an argument is of another kind.
 */
export function declareParameter(shape: Shape, initializer: Initializer, label = "a parameter"): Parameter {
  check("declareParameter", "shape", shape, SHAPE);
  check("declareParameter", "initializer", initializer, INITIALIZER);
  check("declareParameter", "label", label, STRING);
  const parameter = Parameter.uninitialized(shape, { label });
  declared.set(parameter, initializer);
  return parameter;
}

/** What `declareParameter` was given; `undefined` for parameters made with numbers of their own. */
export function initializerOf(parameter: Parameter): Initializer | undefined {
  return declared.get(parameter);
}

/** A parameter of this element type to take the place of another: the same numbers or none, the same initializer. */
export function convertParameter(parameter: Parameter, dtype: DType): Parameter {
  if (parameter instanceof RunningStatistic) return parameter.as(dtype);
  const { shape, data, isInitialized } = parameter;
  const copy = isInitialized
    ? new Parameter(tensor(data, { shape, dtype }))
    : Parameter.uninitialized(shape, { dtype });
  copy.name = parameter.name;
  copy.trainable = parameter.trainable;
  const initializer = declared.get(parameter);
  if (initializer !== undefined) declared.set(copy, initializer);
  return copy;
}
