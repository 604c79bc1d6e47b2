import { describe, expect, it } from "vitest";
import { tensor } from "../../src/autograd/creation.js";
import { Parameter } from "../../src/autograd/parameter.js";
import { initializers } from "../../src/core/initializers.js";
import { declareParameter, Module } from "../../src/nn/index.js";

/** A module of one weight, as a user would write it. */
class Scale extends Module {
  weight: Parameter;

  constructor(size: number) {
    super();
    this.weight = declareParameter([size], initializers.normal(1));
  }
}

class Network extends Module {
  readonly first: Scale = new Scale(2);
  readonly blocks: Scale[] = [new Scale(2), new Scale(3)];
  readonly branches: Record<string, Scale> = { left: new Scale(1) };
  readonly own: Parameter = new Parameter(tensor([1, 2]));
  readonly note: string = "ignored";
}

describe("Module", () => {
  it("finds parameters in fields, arrays and plain objects, under dotted paths", () => {
    const network = new Network();
    expect([...network.namedParameters().keys()]).toEqual([
      "first.weight",
      "blocks.0.weight",
      "blocks.1.weight",
      "branches.left.weight",
      "own",
    ]);
    expect(network.parameters().map(({ name }) => name)).toEqual([...network.namedParameters().keys()]);
    expect([...network.children().keys()]).toEqual(["first", "blocks.0", "blocks.1", "branches.left"]);
  });

  it("counts a shared parameter once, under its first path, and ends where modules hold each other", () => {
    class Child extends Module {
      parent: Module | undefined;
      readonly weight: Parameter = new Parameter(tensor([1]));
    }
    class Parent extends Module {
      readonly child: Child = new Child();
      readonly tied: Parameter = this.child.weight;
    }
    const parent = new Parent();
    parent.child.parent = parent;
    expect([...parent.namedParameters().keys()]).toEqual(["child.weight"]);
  });

  describe("initialize", () => {
    it("gives the same numbers for the same seed and others for another one", () => {
      const numbers = (seed: number): unknown[] =>
        new Network()
          .initialize({ seed })
          .parameters()
          .map(({ data }) => [...data]);
      expect(numbers(3)).toEqual(numbers(3));
      expect(numbers(3)).not.toEqual(numbers(4));
      expect(() => new Network().initialize({ seed: -1 })).toThrow("initialize seed: expected");
    });

    it("keys the numbers by the path, so that a layer added before changes none of them", () => {
      class Extended extends Module {
        readonly added: Scale = new Scale(7);
        readonly first: Scale = new Scale(2);
      }
      const extended = new Extended().initialize({ seed: 5 });
      const network = new Network().initialize({ seed: 5 });
      expect(extended.first.weight.data).toEqual(network.first.weight.data);
    });

    it("gives layers of one shape different numbers", () => {
      const { first, blocks } = new Network().initialize({ seed: 5 });
      expect(first.weight.data).not.toEqual(blocks[0]?.weight.data);
    });

    it("leaves parameters alone that were made with numbers, and NaN where it was never called", () => {
      expect([...new Network().initialize({ seed: 1 }).own.data]).toEqual([1, 2]);
      expect(new Network().first.weight.data).toEqual(Float32Array.of(Number.NaN, Number.NaN));
    });
  });

  describe("state dict", () => {
    it("carries every number to a module built alike", () => {
      const trained = new Network().initialize({ seed: 1 });
      const loaded = new Network().loadStateDict(trained.stateDict());
      expect(loaded.stateDict()).toEqual(trained.stateDict());
    });

    it("is a copy: training on does not change it", () => {
      const network = new Network().initialize({ seed: 1 });
      const state = network.stateDict();
      network.own.assign(Float32Array.of(8, 9));
      expect([...(state.get("own")?.data ?? [])]).toEqual([1, 2]);
    });

    it("lists everything that does not fit, and then overwrites nothing", () => {
      const network = new Network().initialize({ seed: 1 });
      const before = network.stateDict();
      const state = new Network().initialize({ seed: 2 }).stateDict();
      state.delete("first.weight");
      state.set("head.bias", tensor([1]));
      state.set("own", tensor([[1, 2]]));
      expect(() => network.loadStateDict(state)).toThrow(
        "Network state dict: expected its 5 parameters, received missing first.weight; unexpected head.bias; " +
          "misshapen own [1,2] instead of [2]. Build the module with the sizes that the state was saved with.",
      );
      expect(network.stateDict()).toEqual(before);
    });

    it("shortens long lists", () => {
      expect(() =>
        new Network().loadStateDict(
          new Map(["a", "b", "c", "d", "e", "f", "g"].map((key) => [key, tensor(1)])),
        ),
      ).toThrow("unexpected a, b, c, d, e and 2 more");
    });
  });

  it("freezes and unfreezes everything inside", () => {
    const network = new Network().freeze();
    expect(network.parameters().map(({ requiresGrad }) => requiresGrad)).toEqual(Array(5).fill(false));
    network.unfreeze();
    expect(network.parameters().map(({ requiresGrad }) => requiresGrad)).toEqual(Array(5).fill(true));
  });

  it("is frozen with a reason that is a sentence", () => {
    expect(new Network().freeze({ reason: "a teacher" }).parameters()[0]?.trainable).toBe(false);
    expect(() => new Network().freeze({ reason: "" })).toThrow("a sentence that says why");
  });

  it("changes the element type everywhere, keeping numbers, names, sharing and initializers", () => {
    class Tied extends Module {
      readonly scale: Scale = new Scale(2);
      readonly tied: Parameter = this.scale.weight;
      readonly list: Parameter[] = [declareParameter([1], initializers.constant(4))];
    }
    const single = new Tied().initialize({ seed: 1 });
    const numbers = [...single.scale.weight.data];
    const double = single.to("float64");
    expect(double.scale.weight.dtype).toBe("float64");
    expect([...double.scale.weight.data]).toEqual(numbers);
    expect(double.tied).toBe(double.scale.weight);
    expect([...double.namedParameters().keys()]).toEqual(["scale.weight", "list.0"]);
    double.list[0]?.assign(Float64Array.of(0));
    expect([...(double.initialize({ seed: 2 }).list[0]?.data ?? [])]).toEqual([4]);
    expect([...double.scale.weight.data]).not.toEqual(numbers);
  });
});
