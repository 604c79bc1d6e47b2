/** One training step under observation: the run of the loss, and every gradient in it. */
import { grad } from "../autograd/grad.js";
import { observe } from "../autograd/observe.js";
import type { Parameter } from "../autograd/parameter.js";
import { type Observer, Tensor } from "../autograd/tensor.js";
import type { CallSite } from "../core/call-site.js";
import { GraphError, ShapeError } from "../core/errors.js";
import { sameShape } from "../core/shape.js";
import { Optimizer } from "../train/optimizer.js";
import type { Births } from "./births.js";
import { sampledFingerprint } from "./fingerprint.js";
import { Flow } from "./flow.js";
import type { GradientFate, GradientWatch } from "./gradient-watch.js";
import { HandSteps } from "./hand-steps.js";
import { type InnerUpdate, InnerUpdates } from "./inner-updates.js";
import { type NotedRead, NotingTrace } from "./noted-reads.js";
import { observedLoss, type Subject } from "./observed-loss.js";
import { type Refusal, refusalBehind } from "./refusal.js";
import { Trace } from "./trace.js";
import { type TrainedOutput, TrainedOutputs } from "./trained-outputs.js";

/** A value that a gradient needs was overwritten: backward refuses to run. */
export interface Overwritten {
  readonly tensor: Tensor;
  /** The operation that had used it. */
  readonly operation: string;
}

/** An operation whose backward does not return what its inputs need. */
export interface BadPullBack {
  readonly output: Tensor;
  readonly input: Tensor;
  /** Undefined where nothing was returned for the input. */
  readonly returned: Tensor | undefined;
}

export interface ObservedStep {
  /** Counts from 0. */
  readonly index: number;
  readonly trace: Trace;
  readonly flow: Flow;
  readonly loss: Tensor;
  /** The gradients of leaves and of everything between; none where backward refused. */
  readonly gradients: ReadonlyMap<Tensor, Tensor>;
  readonly overwritten: Overwritten | undefined;
  /** Why backward refused where nothing was overwritten. */
  readonly refusal: Refusal | undefined;
  readonly badPullBacks: readonly BadPullBack[];
  /** The loss trained by itself: it propagated its own result and stepped, or it stepped by hand. */
  readonly isOwnLoop: boolean;
  /** The loss propagated all of its own result. */
  readonly isPropagated: boolean;
  /** The model's parameters when the step began. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** What stood at the paths of the model when the loss was computed: the forward pass may have put others there. */
  readonly parametersAfter: ReadonlyMap<string, Parameter>;
  /** Parameters whose numbers are others after the run of the loss, and that no optimizer stepped in it, with a print of them. */
  readonly written: ReadonlyMap<Parameter, number>;
  /** Parameters whose numbers are the same after the run of the loss. */
  readonly still: ReadonlySet<Parameter>;
  /** What optimizers that stepped inside of the run did. */
  readonly innerUpdates: ReadonlyMap<Tensor, InnerUpdate>;
  /** What the program's own lines read of tensors, where that was asked for. */
  readonly reads: readonly NotedRead[];
  /** Where the run clips gradients before it has propagated any. */
  readonly emptyClip: CallSite | undefined;
  /** What a loop of the loss's own trains by. */
  readonly trained: readonly TrainedOutput[];
  /** What became of the gradients that the run itself propagated. */
  readonly fates: ReadonlyMap<Tensor, GradientFate>;
}

/** @param isNoting whether to note what the program's own lines read of tensors. */
export function observeStep(
  subject: Subject,
  index: number,
  births: Births,
  gradients: GradientWatch,
  isNoting = false,
): ObservedStep {
  const { model, innerOptimizers } = subject;
  births.step = index;
  const parameters = model.namedParameters();
  const before = printsOf(parameters.values());
  const inner = new InnerUpdates();
  const onStep = (optimizer: object, stepped: readonly Tensor[]): void => {
    inner.begin(stepped);
    gradients.steps(stepped);
    if (!(optimizer instanceof Optimizer) || innerOptimizers.has(optimizer)) return;
    innerOptimizers.set(optimizer, optimizer.snapshot());
  };
  const byHand = new HandSteps(subject.hasOwnOptimizer ? parameters.values() : []);
  const outputs = new TrainedOutputs();
  const onPropagate = (output: Tensor): void => {
    byHand.propagates(output);
    outputs.propagates(output, parameters.values(), trace);
    gradients.propagates();
  };
  const options = { births, onStep, onPropagate, hasPrints: false };
  const noting = isNoting ? new NotingTrace(options) : undefined;
  if (noting !== undefined) for (const parameter of parameters.values()) noting.note(parameter);
  const trace: Trace = noting ?? new Trace(options);
  gradients.begin([...parameters.values(), ...[...innerOptimizers.keys()].flatMap((one) => one.parameters)]);
  let fates: ReadonlyMap<Tensor, GradientFate> = new Map();
  const { loss, refused, refusal } = lossOf(subject, trace, () => {
    fates = gradients.end();
    noting?.release();
  });
  const stepped = new Set(trace.innerSteps.flatMap((step) => step.parameters));
  const after = printsOf(parameters.values());
  const isStill = (parameter: Parameter): boolean => before.get(parameter) === after.get(parameter);
  const written = [...parameters.values()].filter((one) => !stepped.has(one) && !isStill(one));
  const handUpdates = byHand.updates(written, trace.entries);
  const common = {
    ...{ index, trace, loss, parameters, reads: noting?.reads ?? [] },
    flow: new Flow(trace, loss),
    parametersAfter: model.namedParameters(),
    written: new Map(written.map((one) => [one, after.get(one) as number])),
    still: new Set([...parameters.values()].filter(isStill)),
    innerUpdates: new Map([...handUpdates, ...inner.sizes()]),
    ...{ fates, trained: [], emptyClip: gradients.emptyClip },
  };
  const isPropagated = hasPropagated(loss, trace);
  const isOwnLoop = handUpdates.size > 0 || (subject.innerOptimizers.size > 0 && isPropagated);
  const nothing = {
    gradients: new Map<Tensor, Tensor>(),
    overwritten: undefined,
    refusal: undefined,
    badPullBacks: [],
    ...{ isOwnLoop, isPropagated },
    trained: isOwnLoop ? outputs.list(trace) : [],
  };
  if (refused !== undefined || refusal !== undefined)
    return { ...common, ...nothing, isOwnLoop: false, overwritten: refused, refusal };
  if (!loss.requiresGrad) {
    // Of a gradient alone, and no run that has trained by it already.
    const isOfGradient = loss.gradientOf !== undefined && !isOwnLoop && written.length === 0;
    return { ...common, ...nothing, refusal: isOfGradient ? refusalBehind([loss], trace) : undefined };
  }
  const pullBacks = new PullBackChecks();
  try {
    return { ...common, ...nothing, gradients: gradientsOf(common, pullBacks), badPullBacks: pullBacks.bad };
  } catch (error) {
    if ((error instanceof ShapeError || error instanceof GraphError) && pullBacks.bad.length > 0) {
      return { ...common, ...nothing, badPullBacks: pullBacks.bad };
    }
    if (!(error instanceof GraphError)) throw error;
    // Its own backward ran before its step, and that is the one that counts.
    if (isOwnLoop) return { ...common, ...nothing };
    const overwritten = overwrittenIn([...trace.origins.keys(), ...trace.stale.map(({ tensor }) => tensor)]);
    const refusal = overwritten === undefined ? refusalBehind([loss], trace) : undefined;
    if (overwritten === undefined && refusal === undefined) throw error;
    return { ...common, ...nothing, overwritten, refusal };
  }
}

/** The result of a run; where a backward pass of its own refuses what was overwritten, what it was to propagate. */
function lossOf(
  { loss }: Subject,
  trace: Trace,
  onEnd: () => void,
): { loss: Tensor; refused?: Overwritten | undefined; refusal?: Refusal | undefined } {
  try {
    return { loss: observedLoss(loss, trace) };
  } catch (error) {
    const propagated = [...trace.propagatedFrom.keys()].at(-1);
    if (propagated === undefined || !(error instanceof GraphError)) throw error;
    const refused = overwrittenIn([...trace.origins.keys()]);
    const refusal = refused === undefined ? refusalBehind([propagated], trace) : undefined;
    if (refused === undefined && refusal === undefined) throw error;
    return { loss: propagated, refused, refusal };
  } finally {
    onEnd();
  }
}

/**
 * Whether the run propagated all of its own loss, or a share of it: what is left over is for a log alone. A critic that
 * has its turn inside leaves the rest to be propagated.
 */
function hasPropagated(loss: Tensor, { propagatedFrom, edges }: Trace): boolean {
  if (propagatedFrom.size === 0 || !loss.requiresGrad) return propagatedFrom.size > 0;
  const behind = new Set([loss]);
  for (const { from, to } of edges) if (behind.has(from)) behind.add(to);
  if ([...propagatedFrom.keys()].some((output) => behind.has(output))) return true;
  // No way is left from the loss back to a leaf that does not pass what was propagated.
  const open = new Set([loss]);
  for (const one of open) {
    if (one.node === undefined) return false;
    for (const input of one.node.inputs)
      if (input.requiresGrad && !propagatedFrom.has(input)) open.add(input);
  }
  return true;
}

function gradientsOf(
  { trace, loss, parametersAfter }: Pick<ObservedStep, "trace" | "loss" | "parametersAfter">,
  pullBacks: Observer,
): Map<Tensor, Tensor> {
  const leaves = trace.entries.map(({ tensor }) => tensor);
  const tensors = [...parametersAfter.values(), ...trace.origins.keys(), ...leaves];
  const wanted = [...new Set(tensors)].filter(({ requiresGrad }) => requiresGrad);
  const gradients = new Map<Tensor, Tensor>();
  observe(pullBacks, () => grad(loss, wanted, { allowUnused: true })).forEach((gradient, index) => {
    if (gradient !== undefined) gradients.set(wanted[index] as Tensor, gradient);
  });
  return gradients;
}

function printsOf(parameters: Iterable<Parameter>): Map<Parameter, number> {
  return new Map(Array.from(parameters, (parameter) => [parameter, sampledFingerprint(parameter.data)]));
}

/** The first value on the tape behind these tensors that was overwritten after it was used. */
function overwrittenIn(tensors: readonly Tensor[]): Overwritten | undefined {
  const met = new Set(tensors);
  for (const { node } of met) {
    const tensor = node?.inputs.find((input, index) => input.writes.count !== node.writeCounts[index]);
    if (node !== undefined && tensor !== undefined) return { tensor, operation: node.operation };
    for (const input of node?.inputs ?? []) met.add(input);
  }
  return undefined;
}

/** Sees what operations return for their inputs. */
class PullBackChecks implements Observer {
  readonly bad: BadPullBack[] = [];

  pulledBack(output: Tensor, inputGradients: readonly (Tensor | undefined)[]): void {
    const list: readonly unknown[] = Array.isArray(inputGradients) ? inputGradients : [];
    output.node?.inputs.forEach((input, index) => {
      const given = list[index];
      const returned = given instanceof Tensor ? given : undefined;
      if (!input.requiresGrad || (returned !== undefined && sameShape(returned.shape, input.shape))) return;
      this.bad.push({ output, input, returned });
    });
  }

  created(): void {}
  recorded(): void {}
  detached(): void {}
  parameterMade(): void {}
  assigned(): void {}
  stepped(): void {}
  propagated(): void {}
}
