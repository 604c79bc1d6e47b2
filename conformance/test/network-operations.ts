/** Which operations the parts of networks run. */
import { type ObservedOperation, observe, type Tensor } from "../dist/library.js";
import { lossRows } from "../dist/networks/losses.js";
import { Program } from "../dist/networks/program.js";
import { type NetworkCase, simplestNetworkCase, stageRows } from "../dist/networks/space.js";
import { Watch } from "../dist/networks/watch.js";

const SIZES = { batch: 2, channels: 2, image: [3, 4] } as const;

/** A part of a description, and the names of the operations that it puts on the tape beside those of the rest. */
export interface PartOperations {
  readonly part: Partial<NetworkCase>;
  readonly program: Program;
  readonly operations: ReadonlySet<string>;
}

/** Of every stage and every loss. */
export function operationsOf(): PartOperations[] {
  const parts: Partial<NetworkCase>[] = [
    ...stageRows.map(({ name }) => ({ stages: [name] })),
    ...lossRows.map(({ name }) => ({ loss: name })),
  ];
  return parts.map((part) => {
    const program = new Program({ ...simplestNetworkCase, ...SIZES, ...part });
    const operations = new Set<string>();
    const watch = new Watch();
    watch.recorded = (_output: Tensor, { operation, onTape }: ObservedOperation) => {
      if (onTape) operations.add(operation);
    };
    observe(watch, () => program.loss(0, watch));
    return { part, program, operations };
  });
}

/** Every operation with the first part that runs it. */
export function rowsOf(parts: readonly PartOperations[]): [operation: string, part: Partial<NetworkCase>][] {
  const rows = new Map<string, Partial<NetworkCase>>();
  for (const { part, operations } of parts) {
    for (const operation of operations) if (!rows.has(operation)) rows.set(operation, part);
  }
  return [...rows];
}
