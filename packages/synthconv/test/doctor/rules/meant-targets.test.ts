/** Targets that are cut off from what they are computed of, each in the form in which its paper or its public code has it, and without a reason. */
import {
  abs,
  add,
  concat,
  crossEntropy,
  divide,
  gather,
  huber,
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
  square,
  subtract,
  sum,
  type Tensor,
  tanh,
  tensor,
  transpose,
} from "synthconv";
import { describe, expect, it } from "vitest";
import { bestOf, CLASSES, oneHot, program, SAMPLES, unit } from "./cuts-support.js";

const ROWS = { axes: [1], keepDims: true } as const;
const chosen = (scores: Tensor, actions: readonly number[]): Tensor =>
  sum(multiply(scores, oneHot(actions, CLASSES)), ROWS);
let queue = unit(tensor(Array.from({ length: 6 }, (_, at) => [1, at - 2, (at * 5) % 3, 0.5])));

const targets = [
  program(
    "VQ-VAE: codebook and commitment",
    "https://arxiv.org/abs/1711.00937",
    { enc: [5, 2], codes: [2, 6], dec: [2, 5] },
    ({ enc, codes, dec }, { x }) => {
      const z = enc.forward(x);
      const far = sum(
        square(subtract(reshape(z, [SAMPLES, 1, 2]), reshape(codes.weight, [1, 6, 2]).add(0))),
        { axes: [2] },
      );
      const q = gather(
        codes.weight,
        bestOf(far, (a, b) => a < b),
      );
      const straight = z.add(q.subtract(z).detach());
      const fed = dec.forward(straight).add(mean(codes.bias as Tensor));
      return mse(fed, x).add(mse(q, z.detach())).add(mse(z, q.detach()).multiply(0.25));
    },
  ),
  program(
    "SimSiam: the other view without its gradient",
    "https://arxiv.org/abs/2011.10566",
    { enc: [5, 8], out: [8, 4], predict: [4, 4] },
    ({ enc, out, predict }, { x, view }) => {
      const [one, two] = [out.forward(relu(enc.forward(x))), out.forward(relu(enc.forward(view)))];
      const agree = (p: Tensor, z: Tensor): Tensor =>
        sum(unit(p).multiply(unit(z.detach())), { axes: [1] }).mean();
      return agree(predict.forward(one), two)
        .add(agree(predict.forward(two), one))
        .multiply(-0.5);
    },
  ),
  program(
    "BYOL: the target of its own network, computed without a tape",
    "https://arxiv.org/abs/2006.07733",
    { enc: [5, 6], predict: [6, 6] },
    ({ enc, predict }, { x, view }) => {
      const target = noGrad(() => unit(tanh(enc.forward(view))));
      return mse(unit(predict.forward(tanh(enc.forward(x)))), target);
    },
  ),
  program(
    "DINO: centred and sharpened probabilities of the other view",
    "https://arxiv.org/abs/2104.14294",
    { enc: [5, 8], head: [8, 6] },
    ({ enc, head }, { x, view }) => {
      const given = (input: Tensor): Tensor => head.forward(silu(enc.forward(input)));
      const [student, teacher] = [given(x), given(view)];
      const centre = mean(teacher, { axes: [0], keepDims: true });
      const shares = softmax(divide(subtract(teacher, centre), 0.3)).detach();
      return sum(multiply(shares, logSoftmax(divide(student, 0.5))), { axes: [1] })
        .mean()
        .negate();
    },
  ),
  program(
    "TD(0): the value of the next state is a target",
    "https://arxiv.org/abs/1312.5602",
    { body: [5, 8], value: [8, 1] },
    ({ body, value }, { x, view, reward }) => {
      const of = (state: Tensor): Tensor => value.forward(tanh(body.forward(state)));
      return huber(of(x), add(reward, multiply(of(view).detach(), 0.9)));
    },
  ),
  program(
    "Q-learning: the best action of the next state, inside noGrad",
    "https://docs.pytorch.org/tutorials/intermediate/reinforcement_q_learning.html",
    { body: [5, 8], q: [8, CLASSES] },
    ({ body, q }, { x, view, reward, label }) => {
      const of = (state: Tensor): Tensor => q.forward(silu(body.forward(state)));
      const target = noGrad(() => add(reward, multiply(max(of(view), ROWS), 0.9)));
      return mean(square(subtract(chosen(of(x), [...label]), target)));
    },
  ),
  program(
    "the shallow exit learns from the deep one",
    "https://arxiv.org/abs/1905.08094",
    { one: [5, 8], early: [8, CLASSES], two: [8, 8], late: [8, CLASSES] },
    ({ one, early, two, late }, { x, label }) => {
      const h = silu(one.forward(x));
      const [shallow, deep] = [early.forward(h), late.forward(silu(two.forward(h)))];
      const softened = crossEntropy(divide(shallow, 2), softmax(divide(deep, 2)).detach());
      return crossEntropy(deep, label).add(crossEntropy(shallow, label)).add(softened);
    },
  ),
  program(
    "FixMatch: sure answers for the weak view are labels of the strong one",
    "https://arxiv.org/abs/2001.07685",
    { body: [5, 8], head: [8, CLASSES] },
    ({ body, head }, { x, view, label }) => {
      const of = (input: Tensor): Tensor => head.forward(silu(body.forward(input)));
      const sure = softmax(of(x)).detach();
      const mask = tensor((sure.toArray() as number[][]).map((row) => [Number(Math.max(...row) > 0.4)]));
      const strong = sum(multiply(sure, logSoftmax(of(view))), ROWS).negate();
      return crossEntropy(of(x), label).add(mean(multiply(strong, mask)));
    },
  ),
  program(
    "consistency of two views: squared difference of probabilities",
    "https://arxiv.org/abs/1610.02242",
    { body: [5, 8], head: [8, CLASSES] },
    ({ body, head }, { x, view, label }) => {
      const of = (input: Tensor): Tensor => head.forward(tanh(body.forward(input)));
      const apart = subtract(softmax(of(view)), softmax(of(x)).detach());
      return crossEntropy(of(x), label).add(square(apart).mean().multiply(3));
    },
  ),
  program(
    "the difference of distributions to a detached one (KL)",
    "https://arxiv.org/abs/1904.12848",
    { body: [5, 8], head: [8, CLASSES] },
    ({ body, head }, { x, view, label }) => {
      const of = (input: Tensor): Tensor => head.forward(tanh(body.forward(input)));
      const p = softmax(of(x)).detach();
      const apart = sum(multiply(p, subtract(log(p), logSoftmax(of(view)))), { axes: [1] }).mean();
      return crossEntropy(of(x), label).add(apart);
    },
  ),
  program(
    "a second network fits what the first leaves over",
    "https://arxiv.org/abs/2406.04093",
    { enc: [5, 3], dec: [3, 5], more: [5, 4], rest: [4, 5] },
    ({ enc, dec, more, rest }, { x }) => {
      const made = dec.forward(relu(enc.forward(x)));
      const left = subtract(x, made).detach();
      return mse(made, x).add(mse(rest.forward(tanh(more.forward(x))), left).multiply(0.1));
    },
  ),
  program(
    "a loss that is predicted",
    "https://arxiv.org/abs/1905.03677",
    { body: [5, 8], head: [8, 2], guess: [8, 1] },
    ({ body, head, guess }, { x, y }) => {
      const h = tanh(body.forward(x));
      const each = mean(square(subtract(head.forward(h), y)), ROWS);
      return mean(each).add(l1Of(guess.forward(h), each.detach()));
    },
  ),
  program(
    "MoCo: a queue of keys, its own encoder's",
    "https://arxiv.org/abs/1911.05722",
    { enc: [5, 8], out: [8, 4] },
    ({ enc, out }, { x, view }) => {
      const of = (input: Tensor): Tensor => unit(out.forward(relu(enc.forward(input))));
      const [q, k] = [of(x), noGrad(() => of(view))];
      const logits = concat([sum(multiply(q, k), ROWS), matmul(q, transpose(queue))], 1).divide(0.2);
      queue = k;
      return crossEntropy(logits, new Int32Array(SAMPLES));
    },
  ),
  program(
    "contrast to keys of the same encoder that are held, right ones on the diagonal",
    "https://arxiv.org/abs/2002.05709",
    { enc: [5, 8], out: [8, 4] },
    ({ enc, out }, { x, view }) => {
      const of = (input: Tensor): Tensor => unit(out.forward(tanh(enc.forward(input))));
      const logits = matmul(of(x), transpose(of(view).detach())).divide(0.2);
      return crossEntropy(
        logits,
        Int32Array.from({ length: SAMPLES }, (_, at) => at),
      );
    },
  ),
];

function l1Of(a: Tensor, b: Tensor): Tensor {
  return mean(abs(subtract(a, b)));
}

describe("a cut that is meant", () => {
  describe("as a target", () => {
    it.each(targets)("is not accused: $name ($source)", ({ run }) => {
      expect(run().findings).toEqual([]);
    });
  });
});
