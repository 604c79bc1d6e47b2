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
import { PENDING, rows } from "./rows.js";

/** Functions, constructors and methods: every way into the library. */
function publicCalls(exports: object): string[] {
  return Object.entries(exports).flatMap(([name, value]) => {
    if (typeof value === "object" && value !== null) return callsOfTable(name, value);
    if (typeof value !== "function") return [];
    const isClass = Function.prototype.toString.call(value).startsWith("class");
    return isClass ? [name, ...methodsOf(name, value.prototype)] : [name];
  });
}

/** `schedules.cosine`: the functions of a table. */
function callsOfTable(name: string, table: object): string[] {
  const entries = Object.entries(table).filter(([, value]) => typeof value === "function");
  return entries.map(([key]) => `${name}.${key}`);
}

function methodsOf(name: string, prototype: object): string[] {
  const all = Object.entries(Object.getOwnPropertyDescriptors(prototype));
  const methods = all.filter(([key, { value }]) => key !== "constructor" && typeof value === "function");
  return methods.map(([key]) => `${name}.${key}`);
}

const called = new Set([root, look, fit, doctor, node, internal, internalNode, tfjs].flatMap(publicCalls));

/** What is wrong with how a call with one wrong argument ends; undefined when nothing is. */
async function faultOf(row: Row, { title, args, names }: Mutation): Promise<string | undefined> {
  try {
    await row.call(...(args() as never[]));
  } catch (error) {
    const { name, message } = error as Error;
    if (!(error instanceof SynthconvError)) return `${title}: a raw ${name}, ${message}`;
    const missing = (names ?? []).filter((one) => !message.includes(one));
    const where = row.name.split(".").at(-1) as string;
    if (names !== undefined && !message.includes(where) && !message.includes(row.alias ?? where)) {
      return `${title}: does not say ${where}: ${message}`;
    }
    return missing.length > 0 ? `${title}: does not say ${missing}: ${message}` : undefined;
  }
  return names === undefined ? undefined : `${title}: accepted`;
}

describe("the table of public calls", () => {
  it("has a row for everything that can be called", () => {
    const known = new Set([...rows.map(({ name }) => name), ...PENDING]);
    expect([...called].filter((name) => !known.has(name))).toEqual([]);
  });

  it("has no row for what does not exist, and none twice", () => {
    const names = rows.map(({ name }) => name);
    expect(names.filter((name, index) => !called.has(name) || names.indexOf(name) !== index)).toEqual([]);
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
    expect(faults).toEqual([]);
  });
});
