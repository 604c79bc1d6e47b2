/** Against the built package: a worker is a separate file, and Node cannot start one from the sources. */
import { afterEach, expect, it } from "vitest";
import { implementationOf } from "../../../dist/core/choices.js";
import { applyPixelNetworkToYCbCr, startThreads, stopThreads } from "../../../dist/kernels/index.js";
import { RandomStream } from "../../../src/core/index.js";
import type { SamplePlane, YCbCrFrame, YCbCrLayout } from "../../../src/kernels/index.js";
import { randomNetwork } from "../pixel-network/cases.js";
import { newFrame, randomFrame } from "./cases.js";

afterEach(stopThreads);

const [WIDTH, HEIGHT] = [401, 517];
const LAYOUT: YCbCrLayout = {
  ...{ bits: 10, range: "limited", matrix: { red: 0.2126, blue: 0.0722 }, chroma: [1, 1], siting: [0, 0.5] },
};

function shared({ layout, planes }: YCbCrFrame): YCbCrFrame {
  const copy = (plane: SamplePlane): SamplePlane => {
    const memory = new Uint16Array(new SharedArrayBuffer(plane.byteLength));
    memory.set(plane);
    return memory;
  };
  return { layout, planes: [copy(planes[0]), copy(planes[1]), copy(planes[2])] };
}

it("threads share a coded frame with the bits of one, also at the rows where slices meet", async () => {
  const random = new RandomStream({ seed: 3, purpose: "coded frames on threads" });
  const source = shared(randomFrame(random, LAYOUT, WIDTH, HEIGHT));
  const network = randomNetwork({ channels: [3, 16, 3], activation: "relu" });
  const targets = [newFrame(LAYOUT, WIDTH, HEIGHT), newFrame(LAYOUT, WIDTH, HEIGHT)].map(shared);
  const [alone, together] = targets as [YCbCrFrame, YCbCrFrame];
  const call = { network, share: 0.6, width: WIDTH, height: HEIGHT, source };
  applyPixelNetworkToYCbCr({ ...call, target: alone });
  await startThreads({ threads: 3 });
  const ran = (): void => applyPixelNetworkToYCbCr({ ...call, target: together });
  expect(implementationOf("threads", ran)).toBe("applyPixelNetworkToYCbCr");
  for (const nth of [0, 1, 2] as const) {
    const [shares, own] = [together, alone].map(({ planes }) => Buffer.from(planes[nth].buffer)) as [
      Buffer,
      Buffer,
    ];
    expect(Buffer.compare(shares, own)).toBe(0);
  }
  expect(together.planes[1].some((sample) => sample !== together.planes[1][0])).toBe(true);
});
