import { ValueError } from "../core/errors.js";
import { formatShape } from "../core/shape.js";
import { makeWindow, type Window } from "../core/window.js";
import { bothSides, type Pair } from "./check.js";

interface PoolGeometry {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
}

/** The numbers of both sides, [vertical, horizontal]. */
export type PoolSettings = Readonly<Record<keyof PoolGeometry, readonly [number, number]>>;

/** As they are recorded. */
export function settingsOf({ kernel, stride, padding, dilation }: PoolGeometry): PoolSettings {
  return {
    kernel: bothSides(kernel),
    stride: bothSides(stride),
    padding: bothSides(padding),
    dilation: bothSides(dilation),
  };
}

/**
 * The window of a pooling over images of this size.
 *
 * @throws {ShapeError} when it is larger than the padded image.
 * @throws {ValueError} when the padding is more than half the kernel.
 */
export function poolWindow(
  where: string,
  [height, width]: readonly [number, number],
  geometry: PoolGeometry,
): Window {
  const [kernelY, kernelX] = bothSides(geometry.kernel);
  const [strideY, strideX] = bothSides(geometry.stride);
  const [paddingY, paddingX] = bothSides(geometry.padding);
  const [dilationY, dilationX] = bothSides(geometry.dilation);
  if (2 * paddingY > kernelY || 2 * paddingX > kernelX) {
    throw new ValueError({
      where: `${where} padding`,
      expected: `at most half the kernel ${formatShape([kernelY, kernelX])}`,
      received: formatShape([paddingY, paddingX]),
      repair: "More would read nothing but padding.",
    });
  }
  return makeWindow(
    where,
    { input: height, kernel: kernelY, stride: strideY, padding: paddingY, dilation: dilationY },
    { input: width, kernel: kernelX, stride: strideX, padding: paddingX, dilation: dilationX },
  );
}
