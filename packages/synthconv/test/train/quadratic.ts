import { type Parameter, record, type Tensor, tensor } from "../../src/autograd/index.js";
import { initializers } from "../../src/core/initializers.js";
import { declareParameter, Module } from "../../src/nn/index.js";
import type { StepContext, TrainOptions } from "../../src/train/index.js";
import { Adam } from "../../src/train/index.js";

/** The smallest model that trains: one point `[8]`, pulled towards a noisy target. */
export class Point extends Module {
  readonly position: Parameter = declareParameter([8], initializers.normal(1));
}

/** Sum of squared distances to `target`, scaled; written out here so that the loop is tested on its own. */
export function squaredDistance(position: Tensor, target: ArrayLike<number>, scale = 1): Tensor {
  const distance = Array.from(position.data, (value, index) => value - (target[index] as number));
  const loss = distance.reduce((sum, value) => sum + value * value, 0);
  return record({
    operation: "squaredDistance",
    inputs: [position],
    shape: [],
    data: Float32Array.of(scale * loss),
    backward: (upstream) => [
      tensor(
        Float32Array.from(distance, (value) => 2 * scale * value * upstream.item()),
        { shape: position.shape },
      ),
    ],
  });
}

/** A step whose target is drawn anew each time, keyed as a real training's batches are. */
export function noisyStep(model: Point): (context: StepContext) => Tensor {
  return ({ random }) => {
    const noise = random("target");
    return squaredDistance(
      model.position,
      Array.from({ length: 8 }, (_, index) => index + noise.normal()),
    );
  };
}

/** A whole run of the noisy point, ready for `trainLoop`. */
export function pointRun(seed = 3): TrainOptions & { readonly model: Point } {
  const model = new Point().initialize({ seed });
  const optimizer = new Adam(model.parameters(), { learningRate: 0.1 });
  return { model, optimizer, steps: 40, seed, step: noisyStep(model) };
}
