import type { Tensor } from "../autograd/tensor.js";
import { check, wrongKind } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { instanceOf, listOf } from "../core/kinds.js";
import { formatShape, sameShape } from "../core/shape.js";
import { concat, reshape } from "../ops/index.js";
import { Module } from "./module.js";

const NETWORKS = listOf(instanceOf(Module, "a Module"), "a list of networks");
const AT_LEAST_ONE = { ...NETWORKS, expected: "at least one network" };

/**
 * The parameters of E networks of one structure, one after another: `[E,...shape]` by path, for `functionalCall` of any
 * of them with E samples, one per network (torch.func.stack_module_state). Gradients reach each network's own.
 *
 * @throws {ValueError} when there is no network.
 * @throws {ShapeError} when their parameters differ in path or shape.
 */
export function stackParameters(networks: readonly Module[]): Map<string, Tensor> {
  check("stackParameters", "networks", networks, NETWORKS);
  if (networks.length === 0) throw wrongKind("stackParameters networks", networks, AT_LEAST_ONE);
  const all = networks.map((network) => network.namedParameters());
  const paths = new Set(all.flatMap((parameters) => [...parameters.keys()]));
  return new Map(
    Array.from(paths, (path) => {
      const alike = all.map((parameters, index) => {
        const one = parameters.get(path);
        const expected = all[0]?.get(path)?.shape;
        if (one !== undefined && expected !== undefined && sameShape(one.shape, expected)) return one;
        throw new ShapeError({
          where: `stackParameters networks[${expected === undefined ? 0 : index}] ${path}`,
          expected: expected === undefined ? "a parameter, as the others have" : formatShape(expected),
          received: expected === undefined || one === undefined ? "none" : formatShape(one.shape),
          repair: "Stack networks of one structure.",
        });
      });
      return [path, concat(alike.map((one) => reshape(one, [1, ...one.shape])))];
    }),
  );
}
