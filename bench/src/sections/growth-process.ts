/** One size of growth.ts. Argument: megapixels. Writes a GrowthPoint as JSON. */
import { forgetPeak, residentSet } from "../harness/memory.js";
import { pixelNetworkForward } from "../library.js";
import { benchNetwork } from "../workloads.js";

export interface GrowthPoint {
  readonly megapixels: number;
  /** Of each call. */
  readonly milliseconds: readonly number[];
  /** Peak of the resident set during a call, above what the process held before, with input and output there. */
  readonly extraBytes: number | undefined;
}

const CALLS = 3;

const megapixels = Number(process.argv[2]);
const pixels = Math.round(megapixels * 1e6);
const network = benchNetwork([3, 16, 3]);
const image = new Float32Array(3 * pixels).fill(0.5);
// Written to, so that the system really gives the memory.
const output = new Float32Array(3 * pixels).fill(0.5);

forgetPeak("self");
const before = residentSet("self");
const milliseconds: number[] = [];
let after = before;
for (let call = 0; call <= CALLS; call++) {
  const start = performance.now();
  pixelNetworkForward({ network, image, pixels, output });
  // The first call compiles and takes memory; its time is not one of the size.
  if (call > 0) milliseconds.push(performance.now() - start);
  after = residentSet("self");
}
const extraBytes = before && after ? after.peak - before.current : undefined;
process.stdout.write(JSON.stringify({ megapixels, milliseconds, extraBytes } satisfies GrowthPoint));
