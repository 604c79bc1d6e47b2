import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | undefined;
let pending = 0;

// A collection takes some 10 ms; one photo of 24 megapixels has 72 MB, and takes a second.
const MANY_BYTES = 2 ** 25;

/**
 * Says that the pixels of a photo are of no more use. The engine sees a small object behind them and lets some hundred
 * megabytes of them pile up before it looks: in a folder of photos of 12 megapixels that was a third of all memory.
 */
export function collectPixels(bytes: number): void {
  pending += bytes;
  if (pending < MANY_BYTES) return;
  pending = 0;
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
    setFlagsFromString("--no-expose-gc");
  }
  collect();
}
