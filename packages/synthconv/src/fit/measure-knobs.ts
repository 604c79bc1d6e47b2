/** How a look behaves between the settings that it was trained at: the report of a training with knobs. */
import { identityCube } from "../colour/index.js";
import {
  applyNetwork,
  checkLook,
  clampToUnit,
  type Knob,
  type Look,
  type Settings,
  synthesize,
} from "../look/index.js";
import { type FitExample, groupedBy, knobValue } from "./examples.js";
import { checkExamples } from "./kinds.js";

/** In 255ths, over the colours of a lattice and the settings between two trained ones. */
export interface Extent {
  readonly mean: number;
  readonly max: number;
}

export interface KnobRecord {
  readonly name: string;
  /** Trained settings, ascending. */
  readonly settings: readonly number[];
  /** How far a channel goes back on its way from one trained setting to the next. */
  readonly reversal: Extent;
  /** How far a channel leaves what lies between its values at the two. */
  readonly excursion: Extent;
}

/** Colours per axis, and settings between two trained ones. */
const SIZE = 9;
const STEPS = 8;

/**
 * Each knob moved between neighbouring settings of the examples, the others as in the example.
 *
 * @param examples those that the look was trained on.
 */
export function measureKnobs(look: Look, examples: readonly FitExample[]): KnobRecord[] {
  checkLook("measureKnobs", look);
  checkExamples("measureKnobs", "examples", examples);
  const { condition } = look.schema;
  return condition.map((knob) => {
    const reversal = new Extents();
    const excursion = new Extents();
    for (const [one, next] of neighboursAlong(knob, condition, examples)) {
      measureBetween(look, knob, one, next, { reversal, excursion });
    }
    const settings = [...new Set(examples.map((example) => knobValue(example, knob)))].sort((a, b) => a - b);
    return { name: knob.name, settings, reversal: reversal.result(), excursion: excursion.result() };
  });
}

/** Examples of one style that differ in this knob alone, with no other between them. */
function neighboursAlong(
  knob: Knob,
  knobs: readonly Knob[],
  examples: readonly FitExample[],
): (readonly [FitExample, FitExample])[] {
  const others = (example: FitExample): string =>
    JSON.stringify([example.style, ...knobs.map((one) => (one === knob ? null : knobValue(example, one)))]);
  const lines = groupedBy(examples, others);
  return [...lines.values()].flatMap((line) => {
    const ascending = [...line].sort((a, b) => knobValue(a, knob) - knobValue(b, knob));
    return ascending.flatMap((example, nth) => {
      const next = ascending[nth + 1];
      return next === undefined || knobValue(next, knob) === knobValue(example, knob)
        ? []
        : [[example, next] as const];
    });
  });
}

function measureBetween(
  look: Look,
  knob: Knob,
  one: FitExample,
  next: FitExample,
  { reversal, excursion }: { reversal: Extents; excursion: Extents },
): void {
  const [from, to] = [knobValue(one, knob), knobValue(next, knob)];
  const rows = Array.from({ length: STEPS + 1 }, (_, step) => {
    const settings: Settings = { ...one.settings, [knob.name]: from + ((to - from) * step) / STEPS };
    const colours = identityCube(SIZE).table;
    applyNetwork(synthesize(look, settings, one.style), colours, { channels: 3 });
    return clampToUnit(colours);
  });
  const [start, end] = [rows[0] as Float32Array, rows[STEPS] as Float32Array];
  for (let entry = 0; entry < start.length; entry++) {
    const [a, b] = [start[entry] as number, end[entry] as number];
    const direction = b >= a ? 1 : -1;
    let back = 0;
    let beyond = 0;
    let furthest = a;
    for (const row of rows) {
      const value = row[entry] as number;
      back = Math.max(back, direction * (furthest - value));
      if (direction * (value - furthest) > 0) furthest = value;
      beyond = Math.max(beyond, value - Math.max(a, b), Math.min(a, b) - value);
    }
    reversal.add(255 * back);
    excursion.add(255 * beyond);
  }
}

class Extents {
  #sum = 0;
  #count = 0;
  #max = 0;

  add(value: number): void {
    this.#sum += value;
    this.#count++;
    this.#max = Math.max(this.#max, value);
  }

  result(): Extent {
    return { mean: this.#count === 0 ? 0 : this.#sum / this.#count, max: this.#max };
  }
}
