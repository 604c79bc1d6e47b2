/** The adjoint of a border that repeats the image: what is read several times has the sum of its gradients. */
import type { FloatArray } from "../core/float-array.js";
import type { Places } from "../kernels/index.js";

/** Of each entry of an axis the places of the padded one that are read from it. */
function readersOf(sources: Int32Array, size: number): readonly (readonly number[])[] {
  const readers = Array.from({ length: size }, (): number[] => []);
  sources.forEach((source, at) => {
    readers[source]?.push(at);
  });
  return readers;
}

/**
 * Writes the pixels of which the border holds a copy: up to nine entries are one pixel, and their gradients add up in float64.
 *
 * @param gradient of the padded planes.
 * @param out that of the image, which holds the gradient of each pixel's own place.
 */
export function addBorder(
  { planes, from: [height, width], rows, columns }: Places,
  gradient: FloatArray,
  out: FloatArray,
): void {
  const [ofRows, ofColumns] = [readersOf(rows, height), readersOf(columns, width)];
  const all = [...ofColumns.keys()];
  const several = all.filter((x) => ofColumns[x]?.length !== 1);
  for (let plane = 0; plane < planes; plane++) {
    const start = plane * rows.length;
    for (let y = 0; y < height; y++) {
      const at = (plane * height + y) * width;
      const places = ofRows[y] as readonly number[];
      for (const x of places.length === 1 ? several : all) {
        let sum = 0;
        for (const row of places) {
          for (const column of ofColumns[x] as readonly number[]) {
            sum += gradient[(start + row) * columns.length + column] as number;
          }
        }
        out[at + x] = sum;
      }
    }
  }
}
