import { afterEach, describe, expect, it } from "vitest";
import { noteChoice, observeChoices } from "../../src/core/choices.js";
import { addProduct, setBackend } from "../../src/kernels/index.js";

afterEach(() => {
  observeChoices(undefined);
  setBackend(undefined);
});

describe("the choices of the kernels", () => {
  it("reach the one who observes, until that ends", () => {
    const seen: string[] = [];
    noteChoice("product", "before");
    observeChoices((where, taken) => seen.push(`${where}: ${taken}`));
    noteChoice("product", "kernel");
    observeChoices(undefined);
    noteChoice("product", "after");
    expect(seen).toEqual(["product: kernel"]);
  });

  it("name the way that a call took", () => {
    const seen = new Set<string>();
    observeChoices((where, taken) => seen.add(`${where}: ${taken}`));
    const square = { rows: 16, columns: 16, inner: 16, a: new Float32Array(256), b: new Float32Array(256) };
    setBackend("reference");
    addProduct({ ...square, out: new Float64Array(256) });
    expect(seen).toEqual(new Set(["product: reference"]));
    setBackend("plain");
    addProduct({ ...square, out: new Float32Array(256), isFresh: true });
    expect(seen).toContain("product: wasm");
    expect(seen).toContain("product kernel: float32 result");
  });
});
