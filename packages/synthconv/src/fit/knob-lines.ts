/** Which settings a training mixes: those between the settings of its examples, along one knob at a time. */
import type { RandomStream } from "../core/random.js";
import type { Knob, Settings, StyleBlend } from "../look/index.js";
import { type FitExample, knobValue } from "./examples.js";

/** A setting between two that lie next to each other along a knob. */
export interface MixedCondition {
  readonly settings: Settings;
  readonly style: StyleBlend | undefined;
  /** The value of the knob, as a share of its range. */
  readonly at: number;
  /** The settings beside it, at most two on each side, ascending. */
  readonly neighbours: readonly Neighbour[];
}

export interface Neighbour {
  readonly at: number;
  readonly settings: Settings;
  /** An example at this very setting. */
  readonly example: number | undefined;
}

/** Draws conditions between those of the examples. */
export class KnobLines {
  readonly #knobs: readonly Knob[];
  readonly #examples: readonly FitExample[];
  /** Knobs of which the examples have two settings or more. */
  readonly #moved: readonly Knob[];

  constructor(examples: readonly FitExample[], knobs: readonly Knob[]) {
    this.#knobs = knobs;
    this.#examples = examples;
    this.#moved = knobs.filter((knob) => new Set(examples.map((one) => knobValue(one, knob))).size > 1);
  }

  /** Whether there is anything between the examples. */
  get isEmpty(): boolean {
    return this.#moved.length === 0;
  }

  /**
   * A condition beside that of an example: one knob between two of its settings; the other knobs as in the example or,
   * every other time, anywhere between theirs. Undefined where no other example has the style of this one.
   */
  draw(example: number, stream: RandomStream): MixedCondition | undefined {
    const { style } = this.#examples[example] as FitExample;
    const same = this.#examples.filter((one) => one.style === style);
    const moved = this.#moved.filter((knob) => new Set(same.map((one) => knobValue(one, knob))).size > 1);
    const knob = moved[stream.integer(Math.max(1, moved.length))];
    if (knob === undefined) return undefined;
    const isAnywhere = moved.length > 1 && stream.uniform() < 0.5;
    const others = isAnywhere ? this.#anywhere(same, stream) : this.#settingsOf(example);
    const values = ascending(same.map((one) => knobValue(one, knob)));
    const onLine = ascending(
      same.filter((one) => this.#isOnLine(one, others, knob)).map((one) => knobValue(one, knob)),
    );
    const nodes = !isAnywhere && onLine.length > 1 ? onLine : values;
    const segment = stream.integer(nodes.length - 1);
    const [low, high] = [nodes[segment] as number, nodes[segment + 1] as number];
    const value = low + (high - low) * stream.uniform();
    const share = (of: number): number => (of - knob.minimum) / (knob.maximum - knob.minimum);
    const neighbours = nodes.slice(Math.max(0, segment - 1), segment + 3).map((node): Neighbour => {
      const settings = { ...others, [knob.name]: node };
      return { at: share(node), settings, example: this.#exampleAt(settings, style) };
    });
    return { settings: { ...others, [knob.name]: value }, style, at: share(value), neighbours };
  }

  #anywhere(same: readonly FitExample[], stream: RandomStream): Settings {
    return Object.fromEntries(
      this.#knobs.map((knob) => {
        const values = ascending(same.map((one) => knobValue(one, knob)));
        const [low, high] = [values[0] as number, values.at(-1) as number];
        return [knob.name, low + (high - low) * stream.uniform()];
      }),
    );
  }

  #settingsOf(example: number): Settings {
    const one = this.#examples[example] as FitExample;
    return Object.fromEntries(this.#knobs.map((knob) => [knob.name, knobValue(one, knob)]));
  }

  #isOnLine(one: FitExample, others: Settings, moving: Knob): boolean {
    return this.#knobs.every((knob) => knob === moving || knobValue(one, knob) === others[knob.name]);
  }

  #exampleAt(settings: Settings, style: StyleBlend | undefined): number | undefined {
    const found = this.#examples.findIndex(
      (one) =>
        one.style === style && this.#knobs.every((knob) => knobValue(one, knob) === settings[knob.name]),
    );
    return found < 0 ? undefined : found;
  }
}

/** Different values, from the lowest to the highest. */
function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
