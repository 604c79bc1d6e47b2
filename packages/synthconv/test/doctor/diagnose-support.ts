/** A network that writes weights, its batch and its loss, for the tests of diagnose. */
import { expect } from "vitest";
import type { Diagnosis, Finding } from "../../src/doctor.js";
import {
  conv2d,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  reshape,
  type Tensor,
} from "../../src/index.js";

export const random: RandomStream = new RandomStream({ seed: 1, purpose: "diagnose test" });
export const batch: { readonly condition: Tensor; readonly image: Tensor; readonly target: Tensor } = {
  condition: randomUniform([4, 6], random),
  image: randomUniform([4, 3, 5, 5], random),
  target: randomUniform([4, 3, 5, 5], random),
};
export type Batch = typeof batch;

/** A generator that writes the weights of a 1x1 convolution, 3 to 3 channels. */
export class Writer extends Module {
  readonly generator = new Linear(6, 9);

  weight(condition: Tensor): Tensor {
    return reshape(this.generator.forward(condition), [-1, 3, 3, 1, 1]);
  }
}

export function writer(): Writer {
  return new Writer().initialize({ seed: 1 });
}

export const usual = (model: Writer, { condition, image, target }: Batch): Tensor =>
  mse(conv2d(image, model.weight(condition)), target);

export function statuses({ parameters }: Diagnosis): Record<string, string> {
  return Object.fromEntries(parameters.map(({ name, status }) => [name, status]));
}

export function onlyFinding(diagnosis: Diagnosis): Finding {
  expect(diagnosis.findings).toHaveLength(1);
  return diagnosis.findings[0] as Finding;
}

/** The line on which an error made in `body` begins, counted from the line of the call. */
export function sourceOf(finding: Finding): string {
  expect(finding.place?.file).toContain("packages/synthconv/test/doctor/diagnose");
  return finding.place?.source ?? "";
}
