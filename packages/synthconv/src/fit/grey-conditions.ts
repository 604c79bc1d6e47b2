/** The conditions under which greys of a look with knobs are looked at: those of its examples, and any between them. */
import type { RandomStream } from "../core/random.js";
import type { Knob } from "../look/index.js";
import type { FitCondition, FitExample } from "./examples.js";
import type { GreySource } from "./grey-source.js";
import { interpolate, type KnobPoint } from "./interpolate.js";
import { KnobLines, type MixedCondition } from "./knob-lines.js";

export interface GreyCondition extends FitCondition {
  /** Of the example at it; between examples what theirs become there. Several where that is not known: of each example. */
  readonly sources: readonly GreySource[];
}

export class GreyConditions {
  /** One for each example. */
  readonly trained: readonly GreyCondition[];
  readonly #examples: readonly FitExample[];
  readonly #greys: readonly GreySource[];
  readonly #lines: KnobLines;

  /** @param greys what those of each example become. */
  constructor(examples: readonly FitExample[], greys: readonly GreySource[], knobs: readonly Knob[]) {
    this.#examples = examples;
    this.#greys = greys;
    this.#lines = new KnobLines(examples, knobs);
    this.trained = examples.map(({ settings, style }, nth) => {
      return { ...conditionOf(settings, style), sources: [greys[nth] as GreySource] };
    });
  }

  /** Any of the examples' conditions, or one between two. */
  draw(stream: RandomStream): GreyCondition {
    const nth = stream.integer(this.#examples.length);
    const isBetween = stream.uniform() < BETWEEN;
    const mixed = isBetween ? this.between(nth, stream) : undefined;
    return mixed ?? (this.trained[nth] as GreyCondition);
  }

  /** One beside an example; undefined where there is no other to move to. */
  between(example: number, stream: RandomStream): GreyCondition | undefined {
    const mixed = this.#lines.isEmpty ? undefined : this.#lines.draw(example, stream);
    return mixed && { ...conditionOf(mixed.settings, mixed.style), sources: this.#beside(mixed) };
  }

  #beside({ at, neighbours, style }: MixedCondition): GreySource[] {
    const points = neighbours.map((neighbour) => {
      const source = neighbour.example === undefined ? undefined : this.#greys[neighbour.example];
      return source && { at: neighbour.at, source };
    });
    const known = points.filter((point) => point !== undefined);
    if (known.length === points.length) return [sourceBetween(at, known)];
    const same = [...this.#examples.keys()].filter((nth) => this.#examples[nth]?.style === style);
    return same.map((nth) => this.#greys[nth] as GreySource);
  }
}

/** As targets between settings are found (./mixed-targets.ts). */
function sourceBetween(at: number, points: readonly { at: number; source: GreySource }[]): GreySource {
  const low = Math.max(
    0,
    points.findLastIndex((point) => point.at <= at),
  );
  const beside = points.slice(low, low + 2);
  // What is beyond the two tells how a curve goes on, where all of it is known.
  const areWhole = points.every(({ source }) => !source.ramp.some(Number.isNaN));
  const pointAt = (nth: number): KnobPoint | undefined => {
    const point = points[nth];
    return point && { at: point.at, planes: point.source.ramp };
  };
  const ramp = interpolate({
    at,
    before: areWhole ? pointAt(low - 1) : undefined,
    low: pointAt(low) as KnobPoint,
    high: pointAt(low + 1) as KnobPoint,
    after: areWhole ? pointAt(low + 2) : undefined,
  });
  return { ramp: Float32Array.from(ramp), isMonochrome: beside.every(({ source }) => source.isMonochrome) };
}

/** Of the drawn conditions. */
const BETWEEN = 0.75;

function conditionOf(settings: FitCondition["settings"], style: FitCondition["style"]): FitCondition {
  return { ...(settings !== undefined && { settings }), ...(style !== undefined && { style }) };
}
