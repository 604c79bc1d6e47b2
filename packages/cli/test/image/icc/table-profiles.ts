/** Profiles of RGB made of tables, drawn by a seed or sampled from a known device. */
import { RandomStream } from "../../../../synthconv/src/core/index.js";
import { curve, formula, iccProfile } from "../material.js";

export type ConnectionName = "XYZ " | "Lab ";

/** Of one table. */
export interface TableKind {
  readonly type: "mft1" | "mft2" | "chain";
  readonly connection: ConnectionName;
  /** Parts of a chain beside its B curves. */
  readonly lattice: boolean;
  readonly matrix: boolean;
}

export const TABLE_KINDS: readonly TableKind[] = (["XYZ ", "Lab "] as const).flatMap((connection) => [
  ...(["mft1", "mft2"] as const).map((type) => ({ type, connection, lattice: true, matrix: false })),
  ...[0, 1, 2, 3].map((parts) => ({
    type: "chain" as const,
    connection,
    lattice: parts > 1,
    matrix: parts % 2 === 1,
  })),
]);

/** A profile whose tables, both ways, hold arbitrary colours. It is of version 4, whose perceptual black is a constant. */
export function drawnProfile(kind: TableKind, seed: number): Buffer {
  const random = new RandomStream({ seed, purpose: "a profile of tables" });
  const tag = (back: boolean): Buffer =>
    kind.type === "chain"
      ? drawnChain(random, kind, back)
      : drawnTables(random, kind.type, kind.connection, back);
  return withVersion(iccProfile("RGB ", { A2B0: tag(false), B2A0: tag(true) }, kind.connection), 4);
}

/** What a device makes of RGB and back, to be sampled. */
export interface Device {
  /** RGB 0..1 to the encoded connection space 0..1. */
  readonly out: (rgb: readonly number[]) => readonly number[];
  readonly back: (encoded: readonly number[]) => readonly number[];
}

/** A profile by lut16 of 33 nodes a side for the relative intent, as those of scanners and printers. */
export function sampledProfile(
  { out, back }: Device,
  connection: ConnectionName,
  names = ["A2B1", "B2A1"],
): Buffer {
  const tags = names.map((name) => {
    const nodes = latticeOf([33, 33, 33], name.startsWith("A2B") ? out : back);
    return [
      name,
      tables(
        "mft2",
        33,
        [0, 1, 2].map(() => [0, 1]),
        nodes,
        [0, 1, 2].map(() => [0, 1]),
      ),
    ];
  });
  return iccProfile("RGB ", Object.fromEntries(tags), connection);
}

export function withVersion(profile: Buffer, version: number): Buffer {
  const copy = Buffer.from(profile);
  copy[8] = version;
  return copy;
}

function drawnTables(
  random: RandomStream,
  type: "mft1" | "mft2",
  connection: ConnectionName,
  back: boolean,
): Buffer {
  const side = 2 + Math.floor(random.uniform() * 8);
  const entries = (): number => (type === "mft1" ? 256 : 2 + Math.floor(random.uniform() * 60));
  const [before, after] = [entries(), entries()];
  const curves = (count: number): number[][] => [0, 1, 2].map(() => drawnSamples(random, count));
  // Only where X, Y and Z come in does a matrix have a meaning.
  const matrix = back && connection === "XYZ " ? drawnMatrix(random) : undefined;
  const nodes = latticeOf([side, side, side], () => [0, 1, 2].map(() => random.uniform()));
  return tables(type, side, curves(before), nodes, curves(after), matrix);
}

/** @param nodes 0..1, as a lattice of `side` nodes each way. */
export function tables(
  type: "mft1" | "mft2",
  side: number,
  before: readonly (readonly number[])[],
  nodes: readonly number[],
  after: readonly (readonly number[])[],
  matrix: readonly number[] = [1, 0, 0, 0, 1, 0, 0, 0, 1],
): Buffer {
  const head = Buffer.alloc(type === "mft2" ? 52 : 48);
  head.write(type, "latin1");
  head.set([3, 3, side], 8);
  matrix.forEach((value, index) => {
    head.writeInt32BE(Math.round(65_536 * value), 12 + 4 * index);
  });
  if (type === "mft2") {
    head.writeUInt16BE(before[0]?.length as number, 48);
    head.writeUInt16BE(after[0]?.length as number, 50);
  }
  return Buffer.concat([
    head,
    numbers([...before.flat(), ...nodes, ...after.flat()], type === "mft2" ? 2 : 1),
  ]);
}

function drawnChain(random: RandomStream, { lattice, matrix }: TableKind, back: boolean): Buffer {
  const size = [0, 1, 2].map(() => 2 + Math.floor(random.uniform() * 6));
  const bytes = random.uniform() < 0.5 ? 1 : 2;
  const grid = Buffer.alloc(20);
  grid.set([...size, ...Array.from({ length: 13 }, () => 0), bytes]);
  const nodes = numbers(
    latticeOf(size, () => [0, 1, 2].map(() => random.uniform())),
    bytes,
  );
  const curves = (): Buffer => Buffer.concat([0, 1, 2].map(() => padded(drawnCurve(random))));
  const parts: (Buffer | undefined)[] = [
    curves(),
    matrix ? fixedNumbers([...drawnMatrix(random), 0.02, -0.01, 0.03]) : undefined,
    matrix ? curves() : undefined,
    lattice ? padded(Buffer.concat([grid, nodes])) : undefined,
    lattice ? curves() : undefined,
  ];
  const head = Buffer.alloc(32);
  head.write(back ? "mBA " : "mAB ", "latin1");
  head.set([3, 3], 8);
  let end = head.length;
  parts.forEach((part, index) => {
    if (part === undefined) return;
    head.writeUInt32BE(end, 12 + 4 * index);
    end += part.length;
  });
  return Buffer.concat([head, ...parts.filter((part) => part !== undefined)]);
}

function drawnCurve(random: RandomStream): Buffer {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const g = between(0.6, 3);
  const makers = [
    () => curve(),
    () => curve(g),
    () => curve(...drawnSamples(random, 2 + Math.floor(between(0, 30)))),
    () => formula(0, g),
    () => formula(1, g, between(0.8, 1.2), between(-0.2, 0.1)),
    () => formula(2, g, between(0.8, 1), between(-0.2, 0), between(0, 0.2)),
    () => formula(3, g, between(0.9, 1), between(0, 0.1), between(0, 0.5), between(0, 0.3)),
    () => formula(4, g, between(0.9, 1), between(0, 0.1), between(0, 0.5), between(0, 0.3), 0.01, 0.02),
  ];
  return (makers[Math.floor(random.uniform() * makers.length)] as () => Buffer)();
}

/** Their steps differ, and some fall; none is so steep that the 16 bits of other engines show. */
function drawnSamples(random: RandomStream, count: number): number[] {
  const jitter = Math.min(0.2, 2 / count);
  return Array.from(
    { length: count },
    (_, index) => (1 - jitter) * (index / (count - 1)) + jitter * random.uniform(),
  );
}

function drawnMatrix(random: RandomStream): number[] {
  return Array.from(
    { length: 9 },
    (_, index) => (index % 4 === 0 ? 0.7 : 0) + 0.2 * (random.uniform() - 0.3),
  );
}

/** The first channel varies slowest. */
function latticeOf(size: readonly number[], colour: (at: readonly number[]) => readonly number[]): number[] {
  const [i, j, k] = size as [number, number, number];
  return Array.from({ length: i * j * k }, (_, index) =>
    colour([
      Math.floor(index / (j * k)) / (i - 1),
      (Math.floor(index / k) % j) / (j - 1),
      (index % k) / (k - 1),
    ]),
  ).flat();
}

function numbers(values: readonly number[], bytes: number): Buffer {
  const most = 256 ** bytes - 1;
  const data = Buffer.alloc(bytes * values.length);
  values.forEach((value, index) => {
    data.writeUIntBE(Math.round(most * Math.min(1, Math.max(0, value))), bytes * index, bytes);
  });
  return data;
}

function fixedNumbers(values: readonly number[]): Buffer {
  const data = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => {
    data.writeInt32BE(Math.round(65_536 * value), 4 * index);
  });
  return data;
}

function padded(data: Buffer): Buffer {
  return Buffer.concat([data, Buffer.alloc(-data.length & 3)]);
}
