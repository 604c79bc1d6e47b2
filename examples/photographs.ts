/**
 * What the examples of the doctor train on: conditions and images from a seed, and the images that a network
 * should make of them.
 */
import { RandomStream, randomUniform, type Tensor } from "synthconv";

export const CONDITION_LENGTH = 10;

export interface Photographs {
  /** [B,10] */
  readonly condition: Tensor;
  /** [B,3,8,8], 0 to 1 */
  readonly image: Tensor;
  /** [B,3,8,8] */
  readonly target: Tensor;
}

/** B samples; the target is a negative of each image, a little flatter. */
export function photographs(samples: number): Photographs {
  const random = new RandomStream({ seed: 0, purpose: "photographs" });
  const condition = randomUniform([samples, CONDITION_LENGTH], random);
  const image = randomUniform([samples, 3, 8, 8], random);
  return { condition, image, target: image.multiply(-0.8).add(0.9) };
}
