/** Parameters that the run of the loss writes in some of its steps, beside an optimizer. */
import {
  Adam,
  add,
  Conv2d,
  Embedding,
  Linear,
  Module,
  mse,
  type Parameter,
  RandomStream,
  randomUniform,
  relu,
  type Tensor,
  tanh,
} from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

/** What is written in the place of what stands there: six rows of three. */
type Write = (values: Float32Array, first: Float32Array) => Float32Array;

const ROW = 3;

function rowsOf(values: Float32Array): Float32Array[] {
  return Array.from({ length: values.length / ROW }, (_, row) => values.subarray(row * ROW, (row + 1) * ROW));
}

const joined = (rows: readonly Float32Array[]): Float32Array =>
  Float32Array.from(rows.flatMap((row) => [...row]));

function meanRow(rows: readonly Float32Array[]): Float32Array {
  const all = joined(rows);
  return Float32Array.from({ length: ROW }, (_, at) => {
    return all.reduce((sum, value, i) => (i % ROW === at ? sum + value / rows.length : sum), 0);
  });
}

const ALIKE: Readonly<Record<string, Write>> = {
  "the mean of all rows": (values) => joined(rowsOf(values).map((_, __, rows) => meanRow(rows))),
  "the first row for all": (values) => joined(rowsOf(values).map((_, __, [first]) => first as Float32Array)),
  "two halves, each its mean": (values) =>
    joined(rowsOf(values).map((_, row, rows) => meanRow(row < 3 ? rows.slice(0, 3) : rows.slice(3)))),
};

const LOST: Readonly<Record<string, Write>> = {
  "an old copy with a thousandth of what is new": (values, first) =>
    values.map((value, i) => 0.001 * value + 0.999 * (first[i] as number)),
  "other numbers in three of six rows": (values) =>
    values.map((value, i) => (i < 3 * ROW ? Math.sin(i + 1) : value)),
  "other numbers in a sixth of the entries": (values) =>
    values.map((value, i) => (i % 6 === 1 ? Math.cos(i) : value)),
};

const ROUNDED: Readonly<Record<string, Write>> = {
  "a grid of halves": (values) => values.map((value) => Math.round(2 * value) / 2),
  "a step down, to a grid of quarters": (values) => values.map((value) => Math.floor(4 * value) / 4 + 0.125),
};

const HEALTHY: Readonly<Record<string, Write>> = {
  "rows of length 1": (values) =>
    joined(rowsOf(values).map((row) => row.map((value) => value / Math.hypot(...row)))),
  "rows whose mean is 0": (values) =>
    joined(rowsOf(values).map((row) => row.map((value) => value - row.reduce((a, b) => a + b / ROW, 0)))),
  "the smallest as 0": (values) => values.map((value) => (Math.abs(value) < 0.1 ? 0 : value)),
  "a tenth of the start": (values, first) =>
    values.map((value, i) => 0.9 * value + 0.1 * (first[i] as number)),
  "entries within bounds": (values) => values.map((value) => Math.max(-0.3, Math.min(0.3, value))),
  "the mean of an entry and its mirror": (values) =>
    values.map((value, i) => (value + (values[values.length - 1 - i] as number)) / 2),
};

function diagnosisOf(write: Write, every: number, isInside: boolean): Diagnosis {
  const model = twoLayers();
  const { weight } = model.body;
  const first = Float32Array.from(weight.data);
  let optimizer: Adam | undefined;
  let step = 0;
  return diagnose(model, batch, (network: TwoLayers, all: typeof batch) => {
    if (step++ % every === every - 1) weight.assign(write(Float32Array.from(weight.data), first)); // written
    if (!isInside) return usual(network, all);
    optimizer ??= new Adam(network.parameters(), { learningRate: 0.01 });
    optimizer.zeroGrad();
    const loss = usual(network, all);
    loss.backward();
    optimizer.step();
    return loss;
  });
}

const ways = [
  { every: 1, isInside: false },
  { every: 2, isInside: true },
  { every: 3, isInside: false },
  { every: 5, isInside: true },
];
const casesOf = (writes: Readonly<Record<string, Write>>) =>
  Object.entries(writes).flatMap(([name, write]) => ways.map((way) => ({ name, write, ...way })));

describe("what the loss writes in every k-th step", () => {
  it.each(casesOf(ALIKE))(
    "is the finding where rows become alike: $name, k $every, inside: $isInside",
    (one) => {
      const finding = onlyFinding(diagnosisOf(one.write, one.every, one.isInside));
      expect(finding).toMatchObject({ fault: "assignedIntoParameter", parameters: ["body.weight"] });
      expect(finding.place?.source).toContain("// written");
      expect(finding.cause).toContain("makes the 6 rows");
    },
  );

  it.each(casesOf(LOST))(
    "is the finding where entries are lost: $name, k $every, inside: $isInside",
    (one) => {
      const finding = onlyFinding(diagnosisOf(one.write, one.every, one.isInside));
      expect(finding).toMatchObject({ fault: "assignedIntoParameter", parameters: ["body.weight"] });
      expect(finding.place?.source).toContain("// written");
    },
  );

  it.each(casesOf(ROUNDED).filter(({ every }) => every < 4))(
    "is the finding where it is rounded away: $name, k $every, inside: $isInside",
    (one) => {
      const finding = onlyFinding(diagnosisOf(one.write, one.every, one.isInside));
      expect(finding).toMatchObject({ parameters: ["body.weight"] });
      expect(finding.place?.source).toContain("// written");
    },
  );

  it.each(casesOf(HEALTHY))(
    "is none where it follows what was learned: $name, k $every, inside: $isInside",
    (one) => {
      expect(diagnosisOf(one.write, one.every, one.isInside).findings).toEqual([]);
    },
  );
});

class Member extends Module {
  readonly body = new Linear(3, 4);
  forward(x: Tensor): Tensor {
    return tanh(this.body.forward(x));
  }
}

describe("averages over what is trained apart", () => {
  it("are none of members, each of which learns from data of its own", () => {
    class Members extends Module {
      readonly all = [0, 1, 2, 3].map(() => new Member());
    }
    const model = new Members();
    for (const member of model.all) member.initialize({ seed: 1 });
    const random = new RandomStream({ seed: 1, purpose: "members" });
    const shards = model.all.map(() => ({
      x: randomUniform([5, 3], random),
      y: randomUniform([5, 4], random),
    }));
    let step = 0;
    const average = (): void => {
      const lists = model.all.map((member) => member.parameters());
      for (const at of (lists[0] as Parameter[]).keys()) {
        const members = lists.map((list) => list[at] as Parameter);
        const mean = (members[0] as Parameter).data.map((_, i) =>
          members.reduce((sum, { data }) => sum + (data[i] as number) / members.length, 0),
        );
        for (const member of members) member.assign(mean);
      }
    };
    const diagnosis = diagnose(model, shards, ({ all }, parts) => {
      if (step++ % 4 === 3) average();
      const losses = all.map((member, at) => {
        const { x, y } = parts[at] as (typeof parts)[number];
        return mse(member.forward(x), y);
      });
      return losses.reduce((sum, one) => add(sum, one));
    });
    expect(diagnosis.findings).toEqual([]);
  });

  it("are none of kernels with their mirror, in each step", () => {
    class Kernels extends Module {
      readonly first = new Conv2d(1, 6, 3);
      readonly last = new Conv2d(6, 1, 1);
    }
    const model = new Kernels().initialize({ seed: 2 });
    const { weight } = model.first;
    const random = new RandomStream({ seed: 2, purpose: "kernels" });
    const images = { x: randomUniform([3, 1, 6, 6], random), y: randomUniform([3, 1, 4, 4], random) };
    const diagnosis = diagnose(model, images, ({ first, last }, { x, y }) => {
      const { data } = weight;
      weight.assign(
        data.map((value, i) => (value + (data[9 * Math.floor(i / 9) + 8 - (i % 9)] as number)) / 2),
      );
      return mse(last.forward(relu(first.forward(x))), y);
    });
    expect(diagnosis.findings).toEqual([]);
  });

  it("are a finding of the rows of an embedding", () => {
    class Styles extends Module {
      readonly styles = new Embedding(6, 3);
      readonly head = new Linear(3, 2);
    }
    const model = new Styles().initialize({ seed: 3 });
    const { weight } = model.styles;
    const random = new RandomStream({ seed: 3, purpose: "styles" });
    let step = 0;
    const diagnosis = diagnose(model, { y: randomUniform([6, 2], random) }, ({ styles, head }, { y }) => {
      if (step++ % 3 === 2)
        weight.assign(
          (ALIKE["the mean of all rows"] as Write)(
            Float32Array.from(weight.data),
            weight.data as Float32Array,
          ),
        );
      return mse(head.forward(tanh(styles.forward([0, 1, 2, 3, 4, 5]))), y);
    });
    expect(onlyFinding(diagnosis)).toMatchObject({
      fault: "assignedIntoParameter",
      parameters: ["styles.weight"],
    });
  });
});
