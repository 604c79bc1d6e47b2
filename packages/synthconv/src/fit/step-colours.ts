/** The colours that steps of Levenberg and Marquardt see: other ones in each, or the same few that stand for all. */
import { RandomStream } from "../core/random.js";
import { type ColourSamples, sampleCount, type WeightedColours } from "./samples.js";

/** Colours whose Jacobian is held at once: 12 MB for 1,000 weights. */
export const CHUNK = 1024;

/** Parts of CHUNK colours each, for one of all steps. */
export type StepColours = (step: number, steps: number) => readonly WeightedColours[];

/** Draws `count` colours, `[3,count]` each. */
export type DrawColours = (stream: RandomStream, count: number) => ColourSamples;

/** @param colours of a step, other ones in each; half of them find the first half of the way. */
export function drawnColours(
  draw: DrawColours,
  { colours, seed }: { colours: number; seed: number },
): StepColours {
  const weights = new Float32Array(CHUNK).fill(1);
  return (step, steps) => {
    const stream = new RandomStream({ seed, purpose: "refine", step });
    const wanted = step < steps / 2 ? colours / 2 : colours;
    const parts = Math.ceil(wanted / CHUNK);
    return Array.from({ length: parts }, () => ({ ...draw(stream, CHUNK), weights }));
  };
}

/** All of these lists in every step: what is left of the noise of each is then fitted by no step alone. */
export function allColours(...lists: readonly WeightedColours[]): StepColours {
  const parts = lists.flatMap(inParts);
  return () => parts;
}

function inParts(all: WeightedColours): WeightedColours[] {
  const total = sampleCount(all);
  return Array.from({ length: Math.ceil(total / CHUNK) }, (_, part): WeightedColours => {
    const start = part * CHUNK;
    const count = Math.min(CHUNK, total - start);
    const planes = (from: Float32Array): Float32Array => {
      const to = new Float32Array(3 * CHUNK);
      for (let channel = 0; channel < 3; channel++) {
        const at = channel * total + start;
        to.set(from.subarray(at, at + count), channel * CHUNK);
      }
      return to;
    };
    // The last part is filled up with colours that do not count.
    const weights = new Float32Array(CHUNK);
    weights.set(all.weights.subarray(start, start + count));
    return { input: planes(all.input), target: planes(all.target), weights };
  });
}
