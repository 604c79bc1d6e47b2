/** What is taken away from itself, kept from step to step, or has a loss of its own, each in the form in which its paper or its public code has it, and without a reason. */
import {
  add,
  bceWithLogits,
  concat,
  crossEntropy,
  divide,
  exp,
  gather,
  log,
  logSoftmax,
  matmul,
  max,
  mean,
  mse,
  multiply,
  noGrad,
  relu,
  reshape,
  silu,
  softmax,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
  tanh,
  tensor,
  transpose,
  where,
  zeros,
} from "synthconv";
import { describe, expect, it } from "vitest";
import { bestOf, CLASSES, oneHot, program, SAMPLES } from "./cuts-support.js";

const ROWS = { axes: [1], keepDims: true } as const;
const chosen = (scores: Tensor, actions: readonly number[]): Tensor =>
  sum(multiply(scores, oneHot(actions, CLASSES)), ROWS);
const copies = [
  program(
    "Gumbel-softmax, hard: the choice less its detached share, plus the share",
    "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.gumbel_softmax.html",
    { body: [5, 8], pick: [8, 4], codes: [4, 3], head: [3, 2] },
    ({ body, pick, codes, head }, { x, y }) => {
      const soft = softmax(pick.forward(silu(body.forward(x))));
      const hard = oneHot(bestOf(soft), 4);
      const way = hard.subtract(soft.detach()).add(soft);
      return mse(head.forward(codes.forward(way)), y);
    },
  ),
  program(
    "DiCE: a factor of 1 that carries the gradient of the draw",
    "https://arxiv.org/abs/1802.05098",
    { body: [5, 8], policy: [8, CLASSES] },
    ({ body, policy }, { x, reward, label }) => {
      const logs = chosen(logSoftmax(policy.forward(tanh(body.forward(x)))), [...label]);
      return mean(multiply(exp(subtract(logs, logs.detach())), reward)).negate();
    },
  ),
  program(
    "the largest logit is taken away before exp and added behind log",
    "https://gregorygundersen.com/blog/2020/02/09/log-sum-exp/",
    { body: [5, 8], head: [8, CLASSES] },
    ({ body, head }, { x, label }) => {
      const logits = head.forward(silu(body.forward(x)));
      const top = max(logits, ROWS).detach();
      const all = add(log(sum(exp(subtract(logits, top)), ROWS)), top);
      return mean(subtract(all, chosen(logits, [...label])));
    },
  ),
  program(
    "attention whose scores are shifted by their largest",
    "https://arxiv.org/abs/1805.02867",
    { q: [5, 4], k: [5, 4], v: [5, 4], head: [4, 2] },
    ({ q, k, v, head }, { x, y }) => {
      const scores = matmul(q.forward(x), transpose(k.forward(x))).multiply(0.5);
      const raised = exp(
        subtract(
          scores,
          noGrad(() => max(scores, ROWS)),
        ),
      );
      const mixed = matmul(divide(raised, sum(raised, ROWS)), v.forward(x));
      return mse(head.forward(mixed), y);
    },
  ),
  program(
    "terms that are divided by their own size",
    "https://arxiv.org/abs/1705.07115",
    { body: [5, 8], one: [8, 2], two: [8, CLASSES] },
    ({ body, one, two }, { x, y, label }) => {
      const h = tanh(body.forward(x));
      const [first, second] = [mse(one.forward(h), y), crossEntropy(two.forward(h), label)];
      return divide(first, first.detach()).add(divide(second, second.detach()));
    },
  ),
  program(
    "k-means: codes are pulled to the mean of their points, chosen without a tape",
    "https://arxiv.org/abs/1610.04794",
    { enc: [5, 2], dec: [2, 5], codes: [2, 3] },
    ({ enc, dec, codes }, { x }) => {
      const z = enc.forward(x);
      const far = noGrad(() =>
        sum(square(subtract(reshape(z, [SAMPLES, 1, 2]), reshape(codes.weight, [1, 3, 2]))), { axes: [2] }),
      );
      const near = gather(
        codes.weight.add(0),
        bestOf(far, (a, b) => a < b),
      );
      return mse(dec.forward(z), x)
        .add(mse(z, near).multiply(0.3))
        .add(mean(square(codes.bias as Tensor)));
    },
  ),
];

/** With a state that each run starts anew. */
function kept(): readonly ReturnType<typeof program>[] {
  let u = tensor([[1], [0.5], [-0.5], [1], [0.2], [-1], [0.3], [0.7]]);
  let average = zeros([1, 8]);
  let size = tensor([1]);
  return [
    program(
      "spectral norm: one power iteration a step, inside noGrad",
      "https://arxiv.org/abs/1802.05957",
      { body: [5, 8], head: [8, 2] },
      ({ body, head }, { x, y }) => {
        const { weight } = body;
        const normed = (v: Tensor): Tensor => divide(v, sqrt(sum(square(v)).add(1e-9)));
        const v = noGrad(() => {
          const right = normed(matmul(transpose(weight), u));
          u = normed(matmul(weight, right));
          return right;
        });
        const sigma = reshape(matmul(matmul(transpose(u), weight), v), [1]);
        const h = add(matmul(x, transpose(divide(weight, sigma))), body.bias as Tensor);
        return mse(head.forward(relu(h)), y);
      },
    ),
    program(
      "features less their running mean",
      "https://arxiv.org/abs/1702.03275",
      { body: [5, 8], head: [8, 2] },
      ({ body, head }, { x, y }) => {
        const h = body.forward(x);
        average = add(
          average.multiply(0.9),
          mean(h, { axes: [0], keepDims: true })
            .detach()
            .multiply(0.1),
        );
        return mse(head.forward(tanh(subtract(h, average))), y);
      },
    ),
    program(
      "written weights at a running size",
      "https://arxiv.org/abs/2006.10704",
      { write: [5, 5], head: [5, 2] },
      ({ write, head }, { x, y }) => {
        const h = write.forward(x);
        size = noGrad(() => add(size.multiply(0.9), reshape(sqrt(mean(square(h))), [1]).multiply(0.1)));
        return mse(head.forward(tanh(divide(h, size))), y);
      },
    ),
  ];
}

const both = [
  program(
    "a critic sees the detached sample and, for the generator, the sample itself",
    "https://github.com/pytorch/examples/blob/main/dcgan/main.py",
    { make: [5, 2], critic: [2, 6], last: [6, 1] },
    ({ make, critic, last }, { x, y }) => {
      const score = (one: Tensor): Tensor => last.forward(tanh(critic.forward(one)));
      const made = make.forward(x);
      const ones = reshape(tensor(new Float32Array(SAMPLES).fill(1)), [SAMPLES, 1]);
      const apart = bceWithLogits(score(y), ones).add(bceWithLogits(score(made.detach()), ones.multiply(0)));
      return apart.add(mse(made, y)).add(bceWithLogits(score(made), ones).multiply(0.1));
    },
  ),
  program(
    "a box is refined stage by stage, each stage with its own loss",
    "https://arxiv.org/abs/2010.04159",
    { body: [5, 8], first: [8, 2], step: [10, 8], more: [8, 2] },
    ({ body, first, step, more }, { x, y }) => {
      const h = tanh(body.forward(x));
      let box = first.forward(h);
      let total = mse(box, y);
      for (let stage = 0; stage < 2; stage++) {
        const fixed = box.detach();
        box = add(fixed, more.forward(tanh(step.forward(concat([h, fixed], 1)))));
        total = total.add(mse(box, y));
      }
      return total;
    },
  ),
  program(
    "the larger of two errors is chosen by a mask",
    "https://arxiv.org/abs/1604.03540",
    { body: [5, 8], head: [8, 2] },
    ({ body, head }, { x, y }) => {
      const each = mean(square(subtract(head.forward(silu(body.forward(x))), y)), { axes: [1] });
      const hard = noGrad(() => each.subtract(mean(each)).multiply(50).sigmoid());
      return divide(sum(multiply(each, hard)), sum(hard));
    },
  ),
  program(
    "the likelihood of a draw: the sample is held while its density is not",
    "https://docs.pytorch.org/docs/stable/distributions.html",
    { body: [5, 8], mu: [8, 1], value: [8, 1] },
    ({ body, mu, value }, { x, reward, y }) => {
      const h = tanh(body.forward(x));
      const [middle, v] = [mu.forward(h), value.forward(h)];
      const noise = y.slice([undefined, [0, 1]]);
      const action = noGrad(() => add(middle, noise.multiply(0.4)));
      const logs = square(subtract(action, middle)).divide(-0.32);
      return mean(multiply(logs, subtract(reward, v).detach()))
        .negate()
        .add(mse(v, reward));
    },
  ),
  program(
    "a generated mask chooses, and the chosen is open",
    "https://arxiv.org/abs/1911.05076",
    { body: [5, 8], one: [8, 2], two: [8, 2] },
    ({ body, one, two }, { x, y }) => {
      const h = tanh(body.forward(x));
      const [a, b] = [one.forward(h), two.forward(h)];
      const errors = [square(subtract(a, y)), square(subtract(b, y))] as const;
      const better = noGrad(() => subtract(errors[1], errors[0]).multiply(1e4).sigmoid());
      const winner = where(better, errors[0], errors[1]);
      return mean(winner).add(mean(errors[0]).multiply(0.1)).add(mean(errors[1]).multiply(0.1));
    },
  ),
];

describe("a cut that is meant", () => {
  describe("as a copy of what is beside it", () => {
    it.each(copies)("is not accused: $name ($source)", ({ run }) => {
      expect(run().findings).toEqual([]);
    });
  });
  describe("as a number that is kept from step to step", () => {
    it.each(kept())("is not accused: $name ($source)", ({ run }) => {
      expect(run().findings).toEqual([]);
    });
  });
  describe("as a part that has a loss of its own", () => {
    it.each(both)("is not accused: $name ($source)", ({ run }) => {
      expect(run().findings).toEqual([]);
    });
  });
});
