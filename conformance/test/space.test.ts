/** What the forms draw: all of their space, the same by one seed, and nothing that is no case. */
import { describe, expect, it } from "vitest";
import type { Description, Form } from "../dist/case.js";
import { starvedChoices } from "../dist/choices.js";
import { forms } from "../dist/forms/index.js";
import { planned } from "../dist/plan.js";
import { Random } from "../dist/random.js";
import { familyNames } from "../dist/values.js";

const DRAWS = 6000;

function drawn(name: string): Description[] {
  const form = forms.find((one) => one.name === name) as Form;
  const random = new Random(1, `space of ${name}`);
  return Array.from({ length: DRAWS }, () => form.draw(random)).filter((one) => form.isValid(one));
}

function valuesOf(cases: readonly Description[], field: string, index?: number): unknown[] {
  const all = cases.map((one) => {
    return index === undefined ? one[field] : (one[field] as readonly unknown[])[index];
  });
  return [...new Set(all)].sort((a, b) => (typeof a === "number" && typeof b === "number" ? a - b : 0));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

describe("the cases that are drawn", () => {
  it("are convolutions of every side, stride, dilation and padding, in both axes", () => {
    const cases = drawn("conv2d");
    for (const axis of [0, 1]) {
      expect(valuesOf(cases, "kernel", axis)).toEqual(range(1, 13));
      expect(valuesOf(cases, "stride", axis)).toEqual(range(1, 5));
      expect(valuesOf(cases, "dilation", axis)).toEqual(range(1, 4));
      expect(valuesOf(cases, "padding", axis)).toEqual(range(0, 16));
    }
    expect(valuesOf(cases, "groups")).toEqual([1, 2, 3, 4]);
    expect(valuesOf(cases, "batch")).toEqual([0, 1, 2, 3]);
    expect(new Set(valuesOf(cases, "values"))).toEqual(new Set(familyNames));
  });

  it("are networks of every depth, activation, pass and loss", () => {
    const cases = drawn("pixel network");
    const depths = new Set(cases.map(({ channels }) => (channels as readonly number[]).length - 1));
    expect([...depths].sort()).toEqual(range(1, 9));
    const activations = new Set(cases.flatMap((one) => one.activations as readonly string[]));
    expect(activations.size).toBeGreaterThanOrEqual(8);
    expect(valuesOf(cases, "pass").length * valuesOf(cases, "loss").length).toBe(9);
  });

  it("are coded frames of every depth, range, matrix, siting and size of the planes of colour, in and out", () => {
    const cases = drawn("coded frames");
    for (const of of ["source", "target"]) {
      expect(valuesOf(cases, `${of}Bits`)).toEqual([8, 9, 10, 12, 16]);
      expect(valuesOf(cases, `${of}Range`).sort()).toEqual(["full", "limited"]);
      expect(valuesOf(cases, `${of}Matrix`).sort()).toEqual(["Rec. 2020", "Rec. 601", "Rec. 709"]);
      expect(valuesOf(cases, `${of}Chroma`).sort()).toEqual(["4:2:0", "4:2:2", "4:4:0", "4:4:4"]);
      expect(valuesOf(cases, `${of}Siting`, 0)).toEqual([0, 0.5]);
      expect(valuesOf(cases, `${of}Siting`, 1)).toEqual([0, 0.5, 1]);
    }
    const pairs = new Set(cases.map(({ sourceChroma, targetChroma }) => `${sourceChroma} ${targetChroma}`));
    expect(pairs.size).toBe(16);
  });

  it.each(forms.map((form) => [form.name, form] as const))(
    "of %s take no more than they may",
    (name, form) => {
      const cases = drawn(name);
      expect(cases.length).toBeGreaterThan(DRAWS / 2);
      expect(form.isValid(form.simplest)).toBe(true);
      expect(form.prepare(form.simplest)).toBeDefined();
    },
  );

  it("are the same by one seed, and by the share of each process", () => {
    const light = forms.filter(({ name }) => name === "product");
    const all = [...planned(light, 7, 130)].map(({ description }) => description);
    expect([...planned(light, 7, 130)].map(({ description }) => description)).toEqual(all);
    const halves = [0, 1].map((index) => [...planned(light, 7, 130, { index, jobs: 2 })]);
    const together = halves.flat().sort((a, b) => a.number - b.number);
    expect(together.map(({ description }) => description)).toEqual(all);
    expect([...planned(light, 8, 130)].map(({ description }) => description)).not.toEqual(all);
  });
});

describe("the coverage of a run", () => {
  const facts = {
    ...{ reference: true, kernels: true, threads: true, buffer: true },
    ...{ kernelForms: true, networks: true },
  };

  it("names a choice that too few cases took", () => {
    const starved = starvedChoices({ "conv2d forward: winograd": 3, "conv2d forward: direct": 20 }, facts);
    expect(starved).toContain("conv2d forward: winograd was taken by 3 cases, not by 20");
    expect(starved).not.toContain("conv2d forward: direct was taken by 20 cases, not by 20");
  });

  it("names a choice that is not listed", () => {
    const starved = starvedChoices({ "conv2d forward: fourier": 99 }, facts);
    expect(starved).toContain("conv2d forward: fourier is not in conformance/src/choices.ts");
  });

  it("asks only for what the run can take", () => {
    const few = { ...facts, kernels: false, threads: false, buffer: false, networks: false };
    const starved = starvedChoices({}, few);
    expect(starved).toContain("conv2d forward: loops was taken by 0 cases, not by 20");
    expect(starved.filter((choice) => choice.includes("winograd") || choice.includes("threads"))).toEqual([]);
  });
});
