import fc from "fast-check";
import { expect, it } from "vitest";
import { copyEntries } from "../../src/core/copy.js";

const types = { Float32Array, Float64Array, Uint8Array, Uint16Array };
type TypeName = keyof typeof types;
const typeName = fc.constantFrom(...(Object.keys(types) as TypeName[]));

/** A part of a memory that is larger than the part, filled with numbers that every type can hold. */
function part(
  name: TypeName,
  length: number,
  isShared: boolean,
  first: number,
): InstanceType<(typeof types)[TypeName]> {
  const bytes = (length + 3) * types[name].BYTES_PER_ELEMENT;
  const memory: ArrayBufferLike = isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  const all = new types[name](memory as ArrayBuffer);
  for (let i = 0; i < all.length; i++) all[i] = (first + i * 7) % 251;
  return all.subarray(2, 2 + length);
}

it("a copy is what set makes, between any types, shared or not, of a few numbers or of many", () => {
  const numbers = fc.record({
    from: typeName,
    to: typeName,
    isFromShared: fc.boolean(),
    isToShared: fc.boolean(),
    count: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 4000, max: 9000 })),
    start: fc.integer({ min: 0, max: 9 }),
    at: fc.integer({ min: 0, max: 9 }),
  });
  fc.assert(
    fc.property(numbers, ({ from, to, isFromShared, isToShared, count, start, at }) => {
      const source = part(from, start + count + 5, isFromShared, 1);
      const target = part(to, at + count + 5, isToShared, 100);
      const expected = target.slice();
      expected.set(source.subarray(start, start + count), at);
      copyEntries(source, start, start + count, target, at);
      expect(target).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});
