/**
 * The kernels and what they export; pointers and steps are bytes. They are three, so that where a kernel is a file that is fetched
 * nobody fetches the large ones for a sum.
 */
import { resultMemory } from "../../core/index.js";
import { kernelLoader } from "../base/backend.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";
import { wasmBase64 as plainPolynomials } from "./polynomials/generated/plain.js";
import { wasmBase64 as relaxedPolynomials } from "./polynomials/generated/relaxed.js";
import { wasmBase64 as plainPowers } from "./powers/generated/plain.js";
import { wasmBase64 as relaxedPowers } from "./powers/generated/relaxed.js";

/** Functions of one number, and their gradients. */
export interface FunctionKernel {
  values(code: number, from: number, to: number, count: number): number;
  gradients(code: number, upstream: number, from: number, to: number, count: number): number;
}

export interface ArithmeticKernel {
  combine(
    ...args: [
      ...[code: number, a: number, stepA: number],
      ...[b: number, stepB: number, to: number, count: number],
    ]
  ): void;
}

export interface PowerKernel {
  powers(a: number, stepA: number, b: number, stepB: number, to: number, count: number): number;
  powerGradients(
    ...args: [
      ...[upstream: number, a: number, stepA: number],
      ...[b: number, stepB: number, to: number, count: number],
    ]
  ): number;
}

/** Of functions of an instruction or two. */
export const loadKernel: () => (ArithmeticKernel & FunctionKernel) | undefined = kernelLoader<
  ArithmeticKernel & FunctionKernel
>({ plain, relaxed }, resultMemory);

export const loadPolynomials: () => FunctionKernel | undefined = kernelLoader<FunctionKernel>(
  { plain: plainPolynomials, relaxed: relaxedPolynomials },
  resultMemory,
);

export const loadPowers: () => PowerKernel | undefined = kernelLoader<PowerKernel>(
  { plain: plainPowers, relaxed: relaxedPowers },
  resultMemory,
);
