/** Trains a network as a person would, and writes down everything that happens. */
import { observe, type Parameter, train } from "../library.js";
import { clipRows, optimizerRows, scheduleRows } from "./optimizers.js";
import type { Program } from "./program.js";
import type { NetworkCase } from "./space.js";
import { type Sides, Watch } from "./watch.js";

type Floats = Float32Array | Float64Array;

/** Of every parameter, by its dotted path. */
export type Named<Value> = Readonly<Record<string, Value>>;

export interface Step {
  readonly loss: number;
  /** Before the update. */
  readonly values: Named<Floats>;
  /** Before clipping; of parameters that have one. */
  readonly gradients: Named<Floats>;
  readonly sides: Sides;
}

export interface Trace {
  readonly steps: readonly Step[];
  /** After the last update. */
  readonly values: Named<Floats>;
}

export interface Settings {
  readonly clip: number | undefined;
  readonly optimizer: (typeof optimizerRows)[number];
  readonly schedule: (typeof scheduleRows)[number];
}

export function settingsOf(one: NetworkCase): Settings {
  const optimizer = optimizerRows.find(({ name }) => name === one.optimizer);
  const schedule = scheduleRows.find(({ name }) => name === one.schedule);
  if (optimizer === undefined || schedule === undefined || !(one.clip in clipRows)) {
    throw new Error(`no optimizer "${one.optimizer}", schedule "${one.schedule}" or clip "${one.clip}"`);
  }
  return { clip: clipRows[one.clip], optimizer, schedule };
}

/** The loss and gradients of one step, with the numbers that a program has. */
export function lookAt(program: Program, step: number, watch: Watch): Step {
  const parameters = program.namedParameters();
  const values = valuesOf(parameters);
  for (const parameter of parameters.values()) parameter.grad = undefined;
  const loss = observe(watch, () => {
    const value = program.loss(step, watch);
    value.backward();
    return value.item();
  });
  const sides = watch.take();
  const gradients = Object.fromEntries(
    Array.from(parameters).flatMap(([name, { grad }]) => {
      return grad === undefined ? [] : [[name, grad.data.slice()]];
    }),
  );
  return { loss, values, gradients, sides };
}

export function trainProgram(program: Program, one: NetworkCase, watch: Watch = new Watch()): Trace {
  const { clip, optimizer: row, schedule: scheduleRow } = settingsOf(one);
  const parameters = program.parameters();
  const optimizer = row.make(parameters);
  const schedule = scheduleRow.make(one.steps);
  const steps: Step[] = [];
  for (let step = 0; step < one.steps; step++) {
    steps.push(lookAt(program, step, watch));
    if (clip !== undefined) train.clipGradientNorm(parameters, clip);
    if (schedule === undefined) optimizer.step();
    else optimizer.step({ learningRate: optimizer.learningRate * schedule(step) });
    // What a float32 parameter is rounded to.
    for (const parameter of parameters) if (parameter.trainable) watch.disturb(parameter.data);
  }
  return { steps, values: valuesOf(program.namedParameters()) };
}

function valuesOf(parameters: ReadonlyMap<string, Parameter>): Named<Floats> {
  return Object.fromEntries(Array.from(parameters, ([name, { data }]) => [name, data.slice()]));
}
