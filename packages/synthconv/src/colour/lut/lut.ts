/** A colour transform as look-up files describe it: a list of stages that run one after the other. */
import {
  check,
  checkOptions,
  type Fields,
  isPlainObject,
  type Kind,
  kind,
  oneOf,
  optional,
  record,
  STRING,
  ValueError,
} from "../../core/index.js";
import type { MapColour } from "./stages/stage.js";
import { type LutStage, STAGE_KINDS, type StageKindOf } from "./stages/stages.js";
import type { Interpolation, Lut1D, Lut3D } from "./tables.js";

export interface Lut {
  readonly title?: string;
  /** In the order in which they run; none changes nothing. */
  readonly stages: readonly LutStage[];
}

/** Curves, a lattice, or curves before a lattice: what most files hold. */
export interface LutTables {
  readonly shaper?: Lut1D;
  readonly cube?: Lut3D;
}

/** The tables of a transform that is nothing else; undefined where it has other stages, or these in another order. */
export function tablesOf(lut: Lut): LutTables | undefined {
  checkIsLut("tablesOf", lut);
  const [first, second, ...more] = lut.stages;
  if (more.length > 0) return undefined;
  if (first === undefined) return {};
  if (second === undefined) {
    if (first.kind === "lut1d") return { shaper: first };
    return first.kind === "lut3d" ? { cube: first } : undefined;
  }
  return first.kind === "lut1d" && second.kind === "lut3d" ? { shaper: first, cube: second } : undefined;
}

/** The transform of these tables: the other way round. */
export function lutOfTables(tables: LutTables, title?: string): Lut {
  checkOptions("lutOfTables", tables, TABLES, { name: "tables" });
  check("lutOfTables", "title", title, optional(STRING));
  const { shaper, cube } = tables;
  const stages = [shaper, cube].filter((stage) => stage !== undefined);
  return title === undefined ? { stages } : { title, stages };
}

/** What a stage does to one colour; undefined where it changes nothing at all. */
export function prepareStage(stage: LutStage, interpolation: Interpolation): MapColour | undefined {
  return kindOf(stage).prepare(stage as never, interpolation);
}

function kindOf<Stage extends LutStage>(stage: Stage): StageKindOf<Stage["kind"]> {
  return STAGE_KINDS[stage.kind] as unknown as StageKindOf<Stage["kind"]>;
}

const STAGE: Kind<{ readonly kind?: unknown }> = kind("a stage, such as identityCube(33)", isPlainObject);
const STAGES: Kind<readonly LutStage[]> = kind("a list of stages, such as identityCube(33)", Array.isArray);
const TABLES: Fields<LutTables> = {
  shaper: optional(record<Lut1D>(STAGE_KINDS.lut1d.fields)),
  cube: optional(record<Lut3D>(STAGE_KINDS.lut3d.fields)),
};
const LUT: Fields<Lut> = { title: optional(STRING), stages: STAGES };
const STAGE_NAME: Kind<LutStage["kind"]> = oneOf(Object.keys(STAGE_KINDS) as LutStage["kind"][]);

/**
 * Whether it is a transform at all: `checkLut` says whether its numbers are sound, too.
 *
 * @throws {ValueError} when it is none.
 */
export function checkIsLut(where: string, lut: unknown): asserts lut is Lut {
  checkOptions(where, lut, LUT, {
    name: "lut",
    repair: (value) => (value instanceof Uint8Array ? "Pass readLut(bytes, name).lut." : undefined),
    unknown: (name) => {
      if (name === "lut" || name === "format") return "Pass readLut(source, name).lut.";
      return name === "cube" || name === "shaper" ? "Write { stages: [...] }." : undefined;
    },
  });
  // Not by `forEach`, which passes over the holes of a list.
  for (let index = 0; index < lut.stages.length; index++) checkIsStage(where, lut.stages[index], index);
}

function checkIsStage(where: string, stage: unknown, index: number): asserts stage is LutStage {
  const name = `lut stages[${index}]`;
  check(where, name, stage, STAGE);
  check(`${where} ${name}`, "kind", stage.kind, STAGE_NAME);
  checkOptions(where, stage, kindOf(stage as unknown as LutStage).fields as Fields<object>, { name });
}

/**
 * @throws {ValueError} for what is no transform, and a stage whose numbers do not go together (a size below 2, an empty
 *   domain); {ShapeError} for a table whose length is not that of its size; {NonFiniteError} for NaN or Infinity.
 */
export function checkLut(where: string, lut: Lut): void {
  checkIsLut(where, lut);
  for (const [index, stage] of lut.stages.entries()) {
    kindOf(stage).check(`${where} stages[${index}]`, stage as never);
  }
}

/**
 * @throws {ValueError} for a transform with stages that are no tables.
 */
export function requireTables(where: string, lut: Lut): LutTables {
  const tables = tablesOf(lut);
  if (tables !== undefined && lut.stages.length > 0) return tables;
  throw new ValueError({
    where,
    expected: "curves, a lattice, or curves before a lattice",
    received:
      lut.stages.length === 0 ? "no stages" : `stages ${lut.stages.map(({ kind }) => kind).join(", ")}`,
    repair: "Sample it into a lattice first: fitLut(lut, format).lut.",
  });
}
