/** All that a diagnosis found out: what its rules look at. */
import type { Tensor } from "../autograd/tensor.js";
import type { Complaint } from "./complaint.js";
import type { Subject } from "./observed-loss.js";
import type { ParameterSeries } from "./series.js";
import type { WatchedSteps } from "./watched-steps.js";

export interface CaseFile extends WatchedSteps {
  readonly subject: Subject;
  /** The tensors of the batch, by what leads to them. */
  readonly batch: ReadonlyMap<Tensor, string>;
  readonly rawBatch: unknown;
  /** Tensors of the batch whose samples are mixed on purpose. */
  readonly mixes: readonly string[];
  /** What rules found to be meant, by dotted path. */
  readonly excuses: Map<string, string>;
}

/** What a rule accuses: dotted paths, none of the model's where something outside of it is to blame. */
export interface Accusation {
  readonly names: readonly string[];
  readonly complaint: Complaint;
}

/**
 * One way in which something goes wrong.
 *
 * @param told the parameters that worse rules have explained already: a rule leaves them alone.
 * @param accusations how these were explained.
 */
export interface Rule {
  readonly name: string;
  readonly find: (
    file: CaseFile,
    told: ReadonlySet<string>,
    accusations: readonly Accusation[],
  ) => readonly Accusation[];
  /** True where its findings leave nothing for the rules behind it to see. */
  readonly isLast?: boolean;
}

/** The series of parameters that are to be trained and that nothing explained yet. */
export function untold({ series }: CaseFile, told: ReadonlySet<string>): ParameterSeries[] {
  return [...series.values()].filter(({ name, parameter }) => parameter.trainable && !told.has(name));
}

/** Paths of the trained parameters from which a tensor was computed. */
export function ancestorsOf(tensors: Iterable<Tensor>, { last }: Pick<CaseFile, "last">): string[] {
  const met = new Set(tensors);
  for (const one of met) for (const { from } of last.flow.edgesInto(one)) met.add(from);
  return [...last.parameters].filter(([, one]) => met.has(one) && one.trainable).map(([name]) => name);
}
