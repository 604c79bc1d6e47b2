import { tensor } from "../autograd/creation.js";
import { Parameter } from "../autograd/parameter.js";
import { ValueError } from "../core/errors.js";
import type { DType, FloatArray } from "../core/float-array.js";

/**
 * Numbers that a module measures and nobody trains, such as running means: they are in its state dict and in checkpoints,
 * but not among its parameters.
 */
export class RunningStatistic extends Parameter {
  override get trainable(): boolean {
    return false;
  }

  override set trainable(isTrainable: boolean) {
    if (!isTrainable) return;
    throw new ValueError({
      where: `${this.label} trainable`,
      expected: "false: it is measured",
      received: "true",
    });
  }

  override get requiresGrad(): boolean {
    return false;
  }

  /** Overwrites the numbers with what was measured. */
  measure(values: FloatArray): void {
    this.data.set(values);
    this.writes.count++;
  }

  /** One of this element type with the same numbers. */
  as(dtype: DType): RunningStatistic {
    const copy = new RunningStatistic(tensor(this.data, { shape: this.shape, dtype }));
    copy.name = this.name;
    return copy;
  }
}

/** Parameters by their paths, which become their names; one that is shared stands under its first path. */
export function byPath(
  places: Iterable<{ readonly path: string; readonly parameter: Parameter }>,
): Map<string, Parameter> {
  const paths = new Map<Parameter, string>();
  for (const { path, parameter } of places) if (!paths.has(parameter)) paths.set(parameter, path);
  for (const [parameter, path] of paths) parameter.name = path;
  return new Map(Array.from(paths, ([parameter, path]) => [path, parameter]));
}

export const isTrained = ({ parameter }: { readonly parameter: Parameter }): boolean =>
  !(parameter instanceof RunningStatistic);
