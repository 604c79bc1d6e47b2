/** What is checked about a call on coded frames, once, where it arrives. */
import {
  checkOptions,
  type Fields,
  isPlainObject,
  type Kind,
  kind,
  optional,
  record,
  SHARE,
  ShapeError,
  ValueError,
  whole,
} from "../../core/index.js";
import { checkColourNetwork } from "../pixel-network/network/checks.js";
import type { ApplyToYCbCr, SamplePlane, YCbCrCall, YCbCrFrame, YCbCrLayout } from "./types.js";

const MAX_SIDE = 2 ** 16;
const WHERE = "applyPixelNetworkToYCbCr";

const PLANE: Kind<SamplePlane> = kind(
  "a Uint8Array or Uint16Array",
  (value) => value instanceof Uint8Array || value instanceof Uint16Array,
);
const SHARE_OF_LUMA: Kind<number> = kind(
  "a number between 0 and 1",
  (value) => typeof value === "number" && value > 0 && value < 1,
);

const LAYOUT: Kind<YCbCrLayout> = record<YCbCrLayout>({
  bits: whole(8, 16),
  range: kind('"limited" or "full"', (value) => value === "limited" || value === "full"),
  matrix: record<YCbCrLayout["matrix"]>({ red: SHARE_OF_LUMA, blue: SHARE_OF_LUMA }),
  chroma: kind("a list of two, 0 or 1 each", pairOf([0, 1], [0, 1])),
  siting: kind("a list of two, 0 or 0.5 and 0, 0.5 or 1", pairOf([0, 0.5], [0, 0.5, 1])),
});
const FRAME: Kind<YCbCrFrame> = record<YCbCrFrame>({
  layout: LAYOUT,
  planes: kind(
    "three planes, each a Uint8Array or Uint16Array",
    (value) => Array.isArray(value) && value.length === 3 && value.every(PLANE.accepts),
  ),
});
const CALL: Fields<ApplyToYCbCr> = {
  network: kind("a network, an object { layers, residual }", isPlainObject),
  share: optional(SHARE),
  width: whole(1, MAX_SIDE),
  height: whole(1, MAX_SIDE),
  source: FRAME,
  target: FRAME,
};

function pairOf(across: readonly number[], down: readonly number[]): (value: unknown) => boolean {
  return (value) =>
    Array.isArray(value) && value.length === 2 && across.includes(value[0]) && down.includes(value[1]);
}

/**
 * @throws {ShapeError} when a plane has not the size that width, height and layout say, or the network does not go from
 *   3 channels to 3.
 * @throws {ValueError} for an entry that is unknown or of another kind, or a target that is the source.
 */
export function checkCall(call: ApplyToYCbCr): YCbCrCall {
  checkOptions(WHERE, call, CALL);
  const { network, share = 1, width, height, source, target } = call;
  checkColourNetwork(WHERE, network);
  for (const [name, frame] of [["source", source] as const, ["target", target] as const]) {
    checkPlanes(`${WHERE} ${name}`, frame, width, height);
  }
  if (target.planes.some((plane) => source.planes.some((one) => overlaps(plane, one)))) {
    throw new ValueError({
      where: `${WHERE} target`,
      expected: "other memory than the source's, as a row is made of the rows around it",
      received: "the same",
    });
  }
  return { network, share, width, height, source, target };
}

function checkPlanes(where: string, { layout, planes }: YCbCrFrame, width: number, height: number): void {
  const [across, down] = layout.chroma;
  const colours = Math.ceil(width / 2 ** across) * Math.ceil(height / 2 ** down);
  planes.forEach((plane, nth) => {
    const expected = nth === 0 ? width * height : colours;
    if (plane.length !== expected) {
      throw new ShapeError({
        where: `${where} planes[${nth}]`,
        expected: `${expected} samples, of ${width} x ${height} pixels with chroma [${layout.chroma.join(", ")}]`,
        received: `${plane.length}`,
      });
    }
    if (plane.BYTES_PER_ELEMENT === (layout.bits > 8 ? 2 : 1)) return;
    const kindOf = layout.bits > 8 ? "Uint16Array" : "Uint8Array";
    throw new ValueError({
      where: `${where} planes[${nth}]`,
      expected: `a ${kindOf} for ${layout.bits} bits`,
      received: `a ${plane.constructor.name}`,
    });
  });
}

function overlaps(a: SamplePlane, b: SamplePlane): boolean {
  if (a.buffer !== b.buffer) return false;
  return a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
}
