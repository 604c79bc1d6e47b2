/**
 * What reaches the loss: once along everything that values went through, and once along that through which a
 * gradient flows back. A parameter on the first way and not on the second is cut, and the first passage that
 * is only on the first way is to blame.
 */
import type { Tensor } from "../autograd/tensor.js";
import type { Edge, Passage, Trace } from "./trace.js";

/** How far a parameter's influence and its gradient go in one run. */
export type Reach =
  /** A gradient flows back. */
  | { readonly kind: "connected" }
  /** The loss was computed from it; no gradient flows back because of `edge`. */
  | { readonly kind: "cut"; readonly edge: Edge }
  /** As cut, and every passage that cuts was declared on purpose. */
  | { readonly kind: "declared"; readonly edge: Edge }
  /** The loss does not depend on it; `unread` was computed from it, and nothing was computed from that. */
  | { readonly kind: "unused"; readonly unread: Tensor | undefined };

// A parameter in the way stops a gradient whatever else is on the way, so it is what has to be rewritten.
const REWRITES: ReadonlySet<Passage> = new Set<Passage>(["rewrapped", "assigned"]);

export class Flow {
  readonly #into = new Map<Tensor, Edge[]>();
  readonly #outOf = new Map<Tensor, Edge[]>();
  /** Everything that the loss was computed from. */
  readonly #provenance: ReadonlySet<Tensor>;
  readonly #onTape: ReadonlySet<Tensor>;
  readonly #onTapeOrDeclared: ReadonlySet<Tensor>;
  /** What leads to the loss by passages that nobody gave a reason for. */
  readonly #undeclared: ReadonlySet<Tensor>;

  constructor(trace: Trace, loss: Tensor) {
    for (const edge of trace.edges) {
      append(this.#into, edge.to, edge);
      append(this.#outOf, edge.from, edge);
    }
    this.#provenance = this.#leadingTo(loss, () => true);
    this.#onTape = this.#leadingTo(loss, passesGradient);
    this.#undeclared = this.#leadingTo(loss, ({ passage }) => passage !== "declared");
    const isMeant = (edge: Edge): boolean => passesGradient(edge) || edge.passage === "declared";
    this.#onTapeOrDeclared = this.#leadingTo(loss, isMeant);
  }

  /** What a tensor was made from, and how. */
  edgesInto(tensor: Tensor): readonly Edge[] {
    return this.#into.get(tensor) ?? [];
  }

  /** What a tensor went into, and how. */
  edgesOutOf(tensor: Tensor): readonly Edge[] {
    return this.#outOf.get(tensor) ?? [];
  }

  /** Whether the loss was computed from a tensor. */
  reachesLoss(tensor: Tensor): boolean {
    return this.#provenance.has(tensor);
  }

  /** Whether the loss's gradient flows back to a tensor, if the tensor asks for one. */
  feedsTape(tensor: Tensor): boolean {
    return this.#onTape.has(tensor);
  }

  reachOf(parameter: Tensor): Reach {
    if (this.#onTape.has(parameter)) return { kind: "connected" };
    const influence = this.influenceOf(parameter);
    if (!this.#provenance.has(parameter)) {
      const unread = [...influence].findLast((tensor) => tensor !== parameter && !this.#outOf.has(tensor));
      return { kind: "unused", unread };
    }
    const cuts = [...influence]
      .flatMap((tensor) => this.#outOf.get(tensor) ?? [])
      .filter((edge) => !passesGradient(edge) && this.#provenance.has(edge.to));
    const undeclared = cuts.filter(({ passage }) => passage !== "declared");
    // A reason speaks for its own way alone: what another way cuts without one is a cut.
    const open = this.#onTapeOrDeclared.has(parameter)
      ? undeclared.filter(({ from, to }) => this.#undeclared.has(to) && this.#isOpenTo(from, influence))
      : undeclared;
    if (open.length === 0) {
      return { kind: "declared", edge: cuts.find(({ passage }) => passage === "declared") as Edge };
    }
    const edge = open.find(({ passage }) => REWRITES.has(passage)) ?? (open[0] as Edge);
    return { kind: "cut", edge };
  }

  /** Everything that was computed from a tensor, itself first, in the order in which it is met. */
  influenceOf(tensor: Tensor): Set<Tensor> {
    const met = new Set([tensor]);
    for (const one of met) for (const { to } of this.#outOf.get(one) ?? []) met.add(to);
    return met;
  }

  /** Whether a tensor is reached from where an influence begins without a declared passage. */
  #isOpenTo(tensor: Tensor, influence: ReadonlySet<Tensor>): boolean {
    const [start] = influence;
    const met = new Set([tensor]);
    for (const one of met) {
      if (one === start) return true;
      for (const { from, passage } of this.#into.get(one) ?? []) {
        if (passage !== "declared" && influence.has(from)) met.add(from);
      }
    }
    return false;
  }

  #leadingTo(loss: Tensor, passes: (edge: Edge) => boolean): Set<Tensor> {
    const met = new Set([loss]);
    for (const one of met) for (const edge of this.#into.get(one) ?? []) if (passes(edge)) met.add(edge.from);
    return met;
  }
}

export function passesGradient({ passage }: Edge): boolean {
  return passage === "tape";
}

function append(map: Map<Tensor, Edge[]>, key: Tensor, edge: Edge): void {
  const edges = map.get(key);
  if (edges === undefined) map.set(key, [edge]);
  else edges.push(edge);
}
