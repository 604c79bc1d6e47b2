import { describe, expect, it } from "vitest";
import { SynthconvError } from "../../src/core/index.js";
import * as doctor from "../../src/doctor.js";
import * as fit from "../../src/fit.js";
import * as root from "../../src/index.js";
import * as internal from "../../src/internal.js";
import * as internalNode from "../../src/internal-node.js";
import * as look from "../../src/look.js";
import * as node from "../../src/node.js";
import * as tfjs from "../../src/tfjs/index.js";
import { type Mutation, mutationsOf } from "./mutations.js";
import type { Row } from "./row.js";
import { rows } from "./rows.js";

/** Functions, constructors and methods: every way into the library. */
function publicCalls(exports: object): string[] {
  return Object.entries(exports).flatMap(([name, value]) => {
    if (typeof value === "object" && value !== null) return callsOfTable(name, value);
    if (typeof value !== "function") return [];
    const isClass = Function.prototype.toString.call(value).startsWith("class");
    return isClass ? [name, ...methodsOf(name, value), ...methodsOf(name, value.prototype)] : [name];
  });
}

/** `schedules.cosine`, `LUT_FORMATS.read`: the functions of a table, and of the objects in it. */
function callsOfTable(name: string, table: object): string[] {
  return Object.entries(table).flatMap(([key, value]) => {
    const path = Array.isArray(table) ? name : `${name}.${key}`;
    if (typeof value === "function") return [path];
    return typeof value === "object" && value !== null ? callsOfTable(path, value) : [];
  });
}

function methodsOf(name: string, prototype: object): string[] {
  const all = Object.entries(Object.getOwnPropertyDescriptors(prototype));
  const methods = all.filter(([key, { value }]) => key !== "constructor" && typeof value === "function");
  return methods.map(([key]) => `${name}.${key}`);
}

const called = new Set([root, look, fit, doctor, node, tfjs].flatMap(publicCalls));
/** No promise is made about these. */
const shared = new Set([internal, internalNode].flatMap(publicCalls));

/** What is wrong with how a call with one wrong argument ends; undefined when nothing is. */
async function faultOf(row: Row, { title, args, names }: Mutation): Promise<string | undefined> {
  try {
    await row.call(...(args() as never[]));
  } catch (error) {
    const { name, message } = error as Error;
    if (!(error instanceof SynthconvError)) return `${title}: a raw ${name}, ${message}`;
    const missing = (names ?? []).filter((one) => !message.includes(one));
    const where = row.name.split(".");
    const known = [...where, row.alias ?? ""].some((one) => one !== "" && message.includes(one));
    if (names !== undefined && !known) {
      return `${title}: does not say ${row.name}: ${message}`;
    }
    return missing.length > 0 ? `${title}: does not say ${missing}: ${message}` : undefined;
  }
  return names === undefined ? undefined : `${title}: accepted`;
}

describe("the table of public calls", () => {
  it("has a row for everything that can be called", () => {
    const known = new Set(rows.map(({ name }) => name));
    expect([...called].filter((name) => !known.has(name))).toEqual([]);
  });

  it("has no row for what does not exist", () => {
    expect(rows.map(({ name }) => name).filter((name) => !called.has(name) && !shared.has(name))).toEqual([]);
  });
});

const withArguments = rows.filter(({ args }) => args.length > 0);

describe.each(withArguments)("$name", (row) => {
  it("takes the arguments of its row", async () => {
    await row.call(...(row.args.map(({ valid }) => valid()) as never[]));
  });

  it("refuses every other kind of argument, and names that are not known, by a typed error that says which", async () => {
    const faults: string[] = [];
    for (const mutation of mutationsOf(row)) {
      const fault = await faultOf(row, mutation);
      if (fault !== undefined) faults.push(fault);
    }
    expect(faults.join("\n")).toBe("");
  });
});
