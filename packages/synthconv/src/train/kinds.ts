/** What belongs to a training run, as arguments. */
import { isPlainObject } from "../core/describe-value.js";
import { instanceOf, type Kind, kind } from "../core/kinds.js";
import { Module } from "../nn/module.js";
import { Optimizer } from "./optimizer.js";

export const MODULE: Kind<Module> = instanceOf(Module, "a Module");

export const OPTIMIZER: Kind<Optimizer> = instanceOf(Optimizer, "an optimizer");

/** Settings that a run cannot change on the way without becoming another run, by name. */
export type RunFacts = Readonly<Record<string, string>>;

export const FACTS: Kind<RunFacts> = kind(
  "an object of strings by name",
  (value) => isPlainObject(value) && Object.values(value).every((fact) => typeof fact === "string"),
);

export const SECONDS: Kind<number> = kind(
  "seconds above 0",
  (value) => typeof value === "number" && value > 0,
);
