/** Reads the four kinds of tables: lut8, lut16, lutAToB and lutBToA (ICC.1:2022, sections 10.10 to 10.13). */
import { type Curve, curveBytes, fixed, readCurve, sampledCurve } from "./curve.js";
import type { LutStep } from "./lut-steps.js";
import { StepCurves } from "./step-curves.js";

export interface Lut {
  readonly steps: readonly LutStep[];
  /** Whether Lab is encoded as profiles of version 2 do: lut16 does in every version. */
  readonly isOldLab: boolean;
}

/** Why a table cannot be read, as the rest of a sentence. */
export class UnreadLut extends Error {}

/** The finest in use has 65 along each side; one of 129 takes 26 MB as floats. */
const MOST_NODES = 129 ** 3;

/**
 * @throws {UnreadLut} for another type, other than three channels, or numbers that are not there.
 */
export function readLut(tag: Buffer): Lut {
  if (tag.length < 32) throw new UnreadLut("it ends before its data");
  const type = tag.toString("latin1", 0, 4);
  if (type !== "mft1" && type !== "mft2" && type !== "mAB " && type !== "mBA ") {
    throw new UnreadLut(`it is of the type ${JSON.stringify(type)}`);
  }
  const [inputs, outputs] = [tag[8], tag[9]];
  if (inputs !== 3 || outputs !== 3)
    throw new UnreadLut(`it leads from ${inputs} channels to ${outputs}, not from 3 to 3`);
  if (type === "mAB " || type === "mBA ") return { steps: readChain(tag, type), isOldLab: false };
  return { steps: readTables(tag, type), isOldLab: type === "mft2" };
}

/** Matrix, curves, lattice, curves; the curves as samples. */
function readTables(tag: Buffer, type: "mft1" | "mft2"): LutStep[] {
  const wide = type === "mft2";
  need(tag, 0, wide ? 52 : 48);
  const entries = wide ? tag.readUInt16BE(48) : 256;
  const results = wide ? tag.readUInt16BE(50) : 256;
  if (entries < 2 || results < 2) throw new UnreadLut("its curves have fewer than two samples");
  const side = tag[10] as number;
  const numbers = new NumberReader(tag, wide ? 52 : 48, wide);
  const matrix = fixedNumbers(tag, 12, 9);
  const before = numbers.curves(entries);
  const lattice = numbers.lattice([side, side, side]);
  const after = numbers.curves(results);
  const isIdentity = matrix.every((value, index) => value === (index % 4 === 0 ? 1 : 0));
  return [
    ...(isIdentity ? [] : [{ kind: "matrix" as const, matrix: [...matrix, 0, 0, 0] }]),
    { kind: "curves", curves: new StepCurves(before) },
    lattice,
    { kind: "curves", curves: new StepCurves(after) },
  ];
}

/** A curves, lattice, M curves, matrix, B curves; from connection space to device the other way round. */
function readChain(tag: Buffer, type: "mAB " | "mBA "): LutStep[] {
  const [b, matrix, m, lattice, a] = [12, 16, 20, 24, 28].map((offset) => tag.readUInt32BE(offset)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (b === 0) throw new UnreadLut("it has no B curves");
  const steps: LutStep[] = [];
  if (a !== 0) steps.push(chainCurves(tag, a));
  if (lattice !== 0) steps.push(chainLattice(tag, lattice));
  if (m !== 0) steps.push(chainCurves(tag, m));
  if (matrix !== 0) {
    need(tag, matrix, 48);
    steps.push({ kind: "matrix", matrix: fixedNumbers(tag, matrix, 12) });
  }
  steps.push(chainCurves(tag, b));
  return type === "mAB " ? steps : steps.reverse();
}

function chainCurves(tag: Buffer, offset: number): LutStep {
  let at = offset;
  const next = (): Curve => {
    need(tag, at, 12);
    const rest = tag.subarray(at);
    const curve = readCurve(rest);
    if (curve === undefined) throw new UnreadLut("one of its curves is damaged");
    at += curveBytes(rest);
    return curve;
  };
  return { kind: "curves", curves: new StepCurves([next(), next(), next()]) };
}

function chainLattice(tag: Buffer, offset: number): LutStep {
  need(tag, offset, 20);
  const bytes = tag[offset + 16];
  if (bytes !== 1 && bytes !== 2) throw new UnreadLut(`its lattice has numbers of ${bytes} bytes`);
  const size = [0, 1, 2].map((channel) => tag[offset + channel] as number) as [number, number, number];
  return new NumberReader(tag, offset + 20, bytes === 2).lattice(size);
}

/** Numbers of 8 or 16 bits, 0..1, one after the other. */
class NumberReader {
  readonly #tag: Buffer;
  readonly #wide: boolean;
  #at: number;

  constructor(tag: Buffer, at: number, wide: boolean) {
    this.#tag = tag;
    this.#at = at;
    this.#wide = wide;
  }

  curves(entries: number): [Curve, Curve, Curve] {
    const next = (): Curve => sampledCurve(this.#take(entries));
    return [next(), next(), next()];
  }

  lattice(size: readonly [number, number, number]): LutStep {
    const [i, j, k] = size;
    const shape = `a lattice of ${i} x ${j} x ${k}`;
    if (Math.min(i, j, k) < 2) throw new UnreadLut(`it has ${shape}, and needs 2 along each side`);
    if (i * j * k > MOST_NODES) throw new UnreadLut(`it has ${shape}, more than 129 x 129 x 129`);
    return { kind: "lattice", lattice: { size, nodes: this.#take(3 * i * j * k) } };
  }

  #take(count: number): Float32Array {
    const [tag, at, wide] = [this.#tag, this.#at, this.#wide];
    need(tag, at, wide ? 2 * count : count);
    this.#at += wide ? 2 * count : count;
    return Float32Array.from({ length: count }, (_, index) =>
      wide ? tag.readUInt16BE(at + 2 * index) / 65_535 : (tag[at + index] as number) / 255,
    );
  }
}

function fixedNumbers(tag: Buffer, offset: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => fixed(tag, offset + 4 * index));
}

function need(tag: Buffer, offset: number, bytes: number): void {
  if (offset + bytes > tag.length) {
    throw new UnreadLut(`it needs ${offset + bytes} bytes, and ${tag.length} are there`);
  }
}
