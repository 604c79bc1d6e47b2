/** What the demo says when it is done. */
import { FIT_DEFAULTS } from "synthconv/fit";
import { columns } from "../../report/columns.js";
import { type GradientReport, type HeldOutError, NEW_SETTINGS, TAUGHT_SETTINGS } from "./lesson.js";

export function heldOutLines(heldOut: readonly HeldOutError[]): string[] {
  const rows = heldOut.map(({ mix, taught, psnr, deltaE2000: { mean, p95, max } }) => [
    `mix ${mix}`,
    taught ? "trained" : "never seen",
    psnr === null ? "infinite" : psnr.toFixed(2),
    ...[mean, p95, max].map((value) => value.toFixed(2)),
  ]);
  return [
    "Error on the right half of the photo, which training never saw (deltaE 2000: about 1 is just noticeable)",
    ...indented(
      columns(
        [["knob", "setting", "PSNR dB", "deltaE mean", "p95", "max"], ...rows],
        ["left", "left", "right", "right", "right", "right"],
      ),
    ),
  ];
}

export function gradientLines(gradients: readonly GradientReport[], steps: number): string[] {
  const rows = gradients.map(({ parameter, shape, second, last, moved }) => [
    parameter,
    `[${shape.join(",")}]`,
    second.toExponential(1),
    last.toExponential(1),
    moved.toFixed(2),
  ]);
  return [
    "Norm of the gradient that reaches the fully connected layers",
    ...indented(
      columns(
        [["parameter", "shape", "step 2", `step ${steps}`, "moved by"], ...rows],
        ["left", "left", "right", "right", "right"],
      ),
    ),
    "In the code of the question that started this project, which assigns the generated weight to a layer as a",
    "new parameter, all of these were 0 at every step. (Here step 1 reaches the head alone: its weight starts at",
    "0, so that every setting of the knob starts from the same convolutions.)",
  ];
}

export function lessonLines(photo: { width: number; height: number }): string[] {
  return [
    `A photo of ${photo.width} x ${photo.height} pixels. A fully connected network reads a knob, mix, and writes a 3-${FIT_DEFAULTS.channels}-3 stack of`,
    "1x1 convolutions that turns the photo into a look: cool cross-process at 0, warm fade at 1.",
    `Trained on the left half of the photo at mix ${listed(TAUGHT_SETTINGS)}; never on the right, never at ${listed(NEW_SETTINGS)}.`,
  ];
}

export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** `0, 0.5 and 1`. */
function listed(values: readonly number[]): string {
  return values.length < 2 ? values.join("") : `${values.slice(0, -1).join(", ")} and ${values.at(-1)}`;
}
