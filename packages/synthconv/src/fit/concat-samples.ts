import { checkSampleList } from "./kinds.js";
import { type ColourSamples, sampleCount } from "./samples.js";

/**
 * Samples end to end.
 *
 * @throws {ValueError} when they are no list of samples.
 */
export function concatSamples(parts: readonly ColourSamples[]): ColourSamples {
  checkSampleList("concatSamples", "parts", parts);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const total = parts.reduce((sum, part) => sum + sampleCount(part), 0);
  const joined = { input: new Float32Array(3 * total), target: new Float32Array(3 * total) };
  let start = 0;
  for (const part of parts) {
    const count = sampleCount(part);
    for (let channel = 0; channel < 3; channel++) {
      const plane = channel * count;
      joined.input.set(part.input.subarray(plane, plane + count), channel * total + start);
      joined.target.set(part.target.subarray(plane, plane + count), channel * total + start);
    }
    start += count;
  }
  return joined;
}
