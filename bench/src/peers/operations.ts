/**
 * The table of operations: each one by this library and by PyTorch, forward, and forward and backward, in processor
 * time on one thread. Two processes do all rows, one after the other: a process for each would take an hour.
 */
import { interleave, type RoundsOptions } from "../harness/rounds.js";
import { pairedRatios, type Summary, summarise } from "../harness/statistics.js";
import { columns, type Table, threeDigits } from "../harness/table.js";
import { LIBRARY_ID } from "./catalogue.js";
import { largestDifference, TOLERANCE } from "./compare.js";
import type { DescribedPeer } from "./contest.js";
import { PeerProcess } from "./peer-process.js";
import type { OperationInput, OperationWork } from "./protocol.js";

interface OperationRow {
  readonly operation: string;
  readonly inputs: readonly OperationInput[];
  /** Times the processor time of PyTorch that are allowed. */
  readonly asked: number;
  /** A whole step, that has no part of its own without backward. */
  readonly isStep?: boolean;
}

export interface MeasuredPass {
  readonly pass: "forward" | "forward and backward";
  /** Milliseconds of processor time of one call, by peer. */
  readonly library: Summary;
  readonly peer: Summary;
  /** Times the processor time of the peer, round by round. */
  readonly ratio: Summary;
  readonly difference: number;
}

export interface MeasuredOperation {
  readonly operation: string;
  readonly shapes: string;
  readonly asked: number;
  readonly passes: readonly MeasuredPass[];
  /** Why there are no times. */
  readonly error?: string;
}

const one = (...shape: readonly number[]): OperationInput => ({ shape, numbers: "any sign" });
const above = (...shape: readonly number[]): OperationInput => ({ shape, numbers: "above 0" });

// A million numbers, which is more than a second-level cache holds, as a list, as a matrix and as images.
const LIST = [2 ** 20];
const MATRIX = [1024, 1024];
const IMAGES = [8, 32, 64, 64];
const NORMED = [above(32), one(32)];

function rows(
  asked: number,
  inputs: readonly OperationInput[],
  ...operations: readonly string[]
): OperationRow[] {
  return operations.map((operation) => ({ operation, inputs, asked }));
}

/** Twice PyTorch's time is allowed for what waits for memory, three times for the rest. */
export const OPERATION_ROWS: readonly OperationRow[] = [
  ...rows(2, [one(...LIST), one(...LIST)], "add", "multiply"),
  ...rows(2, [one(...LIST), above(...LIST)], "divide"),
  ...rows(2, [one(...IMAGES), one(32)], "add, bias over channels", "multiply, gain over channels"),
  ...rows(2, [one(...MATRIX), one(1024)], "add, row over rows"),
  ...rows(2, [one(...LIST)], "multiply, number", "relu", "gelu", "silu", "sigmoid", "tanh", "exp"),
  ...rows(2, [above(...LIST)], "pow, number", "log", "sqrt"),
  ...rows(2, [one(...LIST)], "sum, all", "max, all"),
  ...rows(2, [one(...MATRIX)], "sum, last axis", "max, last axis"),
  ...rows(2, [one(...IMAGES)], "sum, channels", "mean, spatial"),
  ...rows(2, [one(...IMAGES), one(...IMAGES)], "mse", "l1", "huber"),
  ...rows(2, [one(8192, 100)], "cross entropy"),
  ...rows(2, [one(...MATRIX)], "softmax, last axis", "log softmax, last axis"),
  ...rows(2, [one(...IMAGES)], "softmax, channels"),
  ...rows(2, [one(...MATRIX), above(1024), one(1024)], "layer norm"),
  ...rows(2, [one(...IMAGES), ...NORMED], "group norm", "instance norm", "batch norm"),
  ...rows(2, [one(...IMAGES)], "resize, bilinear x2", "resize, nearest x2"),
  ...rows(3, [one(...IMAGES)], "average pool 2", "max pool 2", "pad, zeros", "pad, reflect"),
  ...rows(3, [one(...MATRIX)], "transpose, matrix"),
  ...rows(3, [one(...IMAGES)], "transpose, channels last"),
  ...rows(3, [one(...IMAGES), one(...IMAGES)], "concat, channels"),
  ...rows(3, [one(...IMAGES)], "slice, channels"),
  ...rows(3, [one(8192, 128)], "gather, rows"),
  ...rows(3, [one(512, 512), one(512, 512)], "matmul 512"),
  ...rows(3, [one(4096, 8, 8), one(4096, 8, 8)], "matmul, 4096 of 8 x 8"),
  ...rows(3, [one(...IMAGES), one(32, 32, 3, 3)], "conv2d 3x3"),
  ...rows(3, [one(...IMAGES), one(32, 32, 1, 1)], "conv2d 1x1"),
  ...rows(3, [one(...IMAGES), one(32, 1, 3, 3)], "conv2d, depthwise 3x3"),
  { operation: "Adam step", inputs: [one(...LIST), one(...LIST)], asked: 3, isStep: true },
  {
    operation: "training, generated 3-16-16-3 of 3x3",
    inputs: [one(8, 3, 128, 128), one(8, 3, 128, 128), one(8, 16), one(64, 16), one(3203, 64)],
    asked: 1,
    isStep: true,
  },
];

export interface OperationsSettings {
  readonly limitMilliseconds: number;
  readonly rounds: Pick<RoundsOptions, "rounds" | "leastMilliseconds" | "mostMilliseconds">;
  /** Undefined for all. */
  readonly chosen: readonly string[] | undefined;
  readonly onRow?: (row: MeasuredOperation) => void;
}

/** Every row in its order; one that fails has its reason and does not stop the rest. */
export async function measureOperations(
  peers: readonly DescribedPeer[],
  settings: OperationsSettings,
): Promise<MeasuredOperation[]> {
  const start = (id: string): PeerProcess => {
    const peer = peers.find((one) => one.id === id);
    if (peer?.missing !== undefined || peer === undefined) throw new Error(peer?.missing ?? `no peer ${id}`);
    return new PeerProcess(peer.command(1), settings.limitMilliseconds);
  };
  const measured: MeasuredOperation[] = [];
  const { chosen } = settings;
  const processes: PeerProcess[] = [];
  for (const row of OPERATION_ROWS.filter(({ operation }) => chosen?.includes(operation) ?? true)) {
    const shapes = row.inputs.map(({ shape }) => `[${shape.join(",")}]`).join(" ");
    const common = { operation: row.operation, shapes, asked: row.asked };
    try {
      if (processes.length === 0) for (const id of [LIBRARY_ID, "pytorch"]) processes.push(start(id));
      const [library, peer] = processes as [PeerProcess, PeerProcess];
      const passes: MeasuredPass[] = [];
      for (const backward of row.isStep ? [true] : [false, true]) {
        passes.push(await measurePass(row, backward, library, peer, settings));
      }
      measured.push({ ...common, passes });
    } catch (error) {
      // A process that has ended answers no more.
      for (const child of processes.splice(0)) child.kill();
      measured.push({ ...common, passes: [], error: error instanceof Error ? error.message : String(error) });
    }
    settings.onRow?.(measured.at(-1) as MeasuredOperation);
  }
  for (const child of processes) child.kill();
  return measured;
}

async function measurePass(
  { operation, inputs }: OperationRow,
  backward: boolean,
  library: PeerProcess,
  peer: PeerProcess,
  { rounds }: OperationsSettings,
): Promise<MeasuredPass> {
  const work: OperationWork = { kind: "operation", operation, inputs, backward };
  const samples = [];
  for (const child of [library, peer]) {
    await child.prepare({ work, formulation: "", threads: 1 });
    samples.push((await child.check()).samples);
  }
  const [expected, received] = samples as [(typeof samples)[0], (typeof samples)[0]];
  const contender = (name: string, child: PeerProcess) => ({
    name,
    run: async (repeats: number) => (await child.run(repeats)).processorMilliseconds ?? Number.NaN,
  });
  const series = await interleave([contender("library", library), contender("peer", peer)], rounds);
  const timesOf = (name: string): readonly number[] => series.get(name)?.milliseconds ?? [];
  return {
    pass: backward ? "forward and backward" : "forward",
    library: summarise(timesOf("library")),
    peer: summarise(timesOf("peer")),
    ratio: summarise(pairedRatios(timesOf("library"), timesOf("peer"))),
    difference: largestDifference(expected, received),
  };
}

export function operationsTable(measured: readonly MeasuredOperation[]): Table {
  const ratiosOf = (pass: MeasuredPass["pass"]) => (row: MeasuredOperation) =>
    row.passes.find((one) => one.pass === pass);
  const [forward, both] = [ratiosOf("forward"), ratiosOf("forward and backward")];
  const timeText = (pass: MeasuredPass | undefined): string =>
    pass === undefined ? "–" : `${threeDigits(pass.library.median)} / ${threeDigits(pass.peer.median)}`;
  const ratioText = (pass: MeasuredPass | undefined): string => {
    if (pass === undefined) return "–";
    const text = `${pass.ratio.median.toFixed(2)}x`;
    return pass.difference <= TOLERANCE ? text : `${text}, off by **${pass.difference.toExponential(1)}**`;
  };
  return {
    title: "Operations, one thread, processor time in ms: synthconv / PyTorch, and their ratio",
    columns: columns("operation", "shapes", "forward", "ratio", "and backward", "ratio", "asked", "reached"),
    rows: measured.map((row) => [
      row.operation,
      row.shapes,
      timeText(forward(row)),
      ratioText(forward(row)),
      timeText(both(row)),
      ratioText(both(row)),
      `${row.asked}x`,
      row.error === undefined ? (isReached(row) ? "yes" : "no") : "failed",
    ]),
    notes: measured.flatMap(({ operation, error }) =>
      error === undefined ? [] : [`${operation}: ${error}.`],
    ),
  };
}

/** Whether every pass computed the same numbers in the time that is allowed. */
export function isReached({ passes, asked }: MeasuredOperation): boolean {
  const isGood = ({ ratio, difference }: MeasuredPass): boolean =>
    ratio.median <= asked && difference <= TOLERANCE;
  return passes.length > 0 && passes.every(isGood);
}

/** One line for the terminal as soon as a row is done. */
export function operationLine({ operation, passes, error }: MeasuredOperation): string {
  const parts = passes.map(
    ({ pass, ratio, library }) => `${pass} ${threeDigits(library.median)} ms (${ratio.median.toFixed(2)}x)`,
  );
  return `${operation}: ${error ?? parts.join(", ")}`;
}
