/** Why what looks bad is meant. */
import type { Parameter } from "../autograd/parameter.js";
import type { CaseFile } from "./case-file.js";
import { troubleOf } from "./over-time.js";

export interface Excuse {
  readonly text: string;
  /** Whether the program says so: detach with a reason. */
  readonly isDeclared: boolean;
  /** Whether it covers all of the parameter, though rounding gives it a gradient. */
  readonly isWhole?: boolean;
}

/** By dotted path. */
export function excusesOf(file: CaseFile): Map<string, Excuse> {
  const excuses = new Map<string, Excuse>();
  for (const one of file.series.values()) {
    const trouble = troubleOf(one);
    const explained = trouble && one.explained.get(trouble.turn)?.excuse;
    const found = file.excuses.get(one.name);
    const text = explained ?? found ?? untouchedRows(one.parameter, file);
    if (text === undefined) continue;
    const isDeclared = trouble?.turn === "declared";
    excuses.set(one.name, { text, isDeclared, isWhole: explained === undefined && found !== undefined });
  }
  return excuses;
}

/** An embedding learns the rows that a batch shows; the others had no turn. */
function untouchedRows(parameter: Parameter, { last }: CaseFile): string | undefined {
  const { trace, flow, gradients } = last;
  const gradient = gradients.get(parameter)?.data;
  const readers = flow.edgesOutOf(parameter);
  const isTable =
    readers.length > 0 && readers.every(({ to }) => trace.origins.get(to)?.operation === "gather");
  if (gradient === undefined || !isTable) return undefined;
  const rows = parameter.shape[0] as number;
  const width = gradient.length / rows;
  let untouched = 0;
  for (let row = 0; row < rows; row++) {
    if (gradient.subarray(row * width, (row + 1) * width).every((value) => value === 0)) untouched++;
  }
  // Where none gets anything it is not the batch that leaves them out.
  return untouched === 0 || untouched === rows
    ? undefined
    : `${untouched} of ${rows} rows are not in this batch`;
}
