/** Weights of terms that are cut off, each in the form in which its paper or its public code has it, and without a reason. */
import {
  abs,
  add,
  divide,
  exp,
  huber,
  log,
  logSoftmax,
  matmul,
  mean,
  minimum,
  mse,
  multiply,
  noGrad,
  reshape,
  sigmoid,
  silu,
  softmax,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
  tanh,
  transpose,
} from "synthconv";
import { describe, expect, it } from "vitest";
import { CLASSES, oneHot, program, SAMPLES, unit } from "./cuts-support.js";

const ROWS = { axes: [1], keepDims: true } as const;
const chosen = (scores: Tensor, actions: readonly number[]): Tensor =>
  sum(multiply(scores, oneHot(actions, CLASSES)), ROWS);
const distances = (a: Tensor, b: Tensor): Tensor =>
  sum(square(subtract(reshape(a, [SAMPLES, 1, -1]), reshape(b, [1, SAMPLES, -1]))), { axes: [2] });

const factors = [
  program(
    "A2C: the advantage",
    "https://github.com/pytorch/examples/blob/main/reinforcement_learning/actor_critic.py",
    { body: [5, 8], policy: [8, CLASSES], value: [8, 1] },
    ({ body, policy, value }, { x, reward, label }) => {
      const h = silu(body.forward(x));
      const [logs, v] = [logSoftmax(policy.forward(h)), value.forward(h)];
      const advantage = subtract(reward, v).detach();
      const entropy = sum(multiply(exp(logs), logs), { axes: [1] }).mean();
      return mean(multiply(chosen(logs, [...label]), advantage))
        .negate()
        .add(huber(v, reward))
        .add(entropy.multiply(0.01));
    },
  ),
  program(
    "PPO in its first epoch: the ratio to its own logarithms, clipped",
    "https://arxiv.org/abs/1707.06347",
    { body: [5, 8], policy: [8, CLASSES], value: [8, 1] },
    ({ body, policy, value }, { x, reward, label }) => {
      const h = tanh(body.forward(x));
      const logs = chosen(logSoftmax(policy.forward(h)), [...label]);
      const v = value.forward(h);
      const advantage = noGrad(() => subtract(reward, v));
      const ratio = exp(subtract(logs, logs.detach()));
      const kept = minimum(multiply(ratio, advantage), multiply(ratio.clamp(0.8, 1.2), advantage));
      return mean(kept).negate().add(mse(v, reward).multiply(0.5));
    },
  ),
  program(
    "SAC: the temperature and the policy leave each other alone",
    "https://arxiv.org/abs/1812.05905",
    { body: [5, 8], policy: [5, CLASSES], q: [8, CLASSES], heat: [1, 1] },
    ({ body, policy, q, heat }, { x, reward, label }) => {
      const h = silu(body.forward(x));
      const values = q.forward(h);
      const logs = logSoftmax(policy.forward(x));
      const alpha = exp(add(sum(heat.weight), sum(heat.bias as Tensor)));
      const surprise = sum(multiply(exp(logs), logs), ROWS);
      const gain = sum(multiply(exp(logs), subtract(multiply(logs, alpha.detach()), values.detach())), ROWS);
      const tempered = mean(multiply(alpha, surprise.add(0.7).detach())).negate();
      return mean(gain)
        .add(tempered)
        .add(mse(chosen(values, [...label]), reward));
    },
  ),
  program(
    "focal loss with its weights detached",
    "https://arxiv.org/abs/1708.02002",
    { body: [5, 8], head: [8, 2] },
    ({ body, head }, { x, y }) => {
      const logits = head.forward(tanh(body.forward(x)));
      const goal = y.multiply(2).sigmoid();
      const p = sigmoid(logits);
      const weight = square(abs(subtract(goal, p))).detach();
      const each = subtract(logits.softplus(), multiply(logits, goal));
      return mean(multiply(weight, each));
    },
  ),
  program(
    "beta-NLL: the variance weighs its own likelihood",
    "https://arxiv.org/abs/2203.09168",
    { body: [5, 8], mu: [8, 2], spread: [8, 2] },
    ({ body, mu, spread }, { x, y }) => {
      const h = tanh(body.forward(x));
      const variance = spread.forward(h).softplus().add(0.05);
      const each = divide(square(subtract(mu.forward(h), y)), variance)
        .add(log(variance))
        .multiply(0.5);
      return mean(multiply(each, sqrt(variance.detach())));
    },
  ),
  program(
    "reweighted least squares: the residual weighs itself",
    "https://en.wikipedia.org/wiki/Iteratively_reweighted_least_squares",
    { body: [5, 8], head: [8, 2] },
    ({ body, head }, { x, y }) => {
      const r = subtract(head.forward(silu(body.forward(x))), y);
      return mean(
        divide(
          square(r),
          noGrad(() => abs(r).add(0.1)),
        ),
      );
    },
  ),
  program(
    "EM: responsibilities are computed, then held",
    "https://arxiv.org/abs/1412.3555",
    { centres: [2, 4], enc: [5, 2] },
    ({ centres, enc }, { x, y }) => {
      const points = enc.forward(x);
      const far = sum(
        square(subtract(reshape(points, [SAMPLES, 1, 2]), reshape(centres.weight, [1, 4, 2]))),
        {
          axes: [2],
        },
      ).add(mean(square(centres.bias as Tensor)));
      const share = softmax(far.negate()).detach();
      return mean(sum(multiply(share, far), { axes: [1] })).add(mse(points, y));
    },
  ),
  program(
    "MMD with a bandwidth of the mean distance",
    "https://arxiv.org/abs/1502.02761",
    { enc: [5, 8], out: [8, 3], head: [3, 2] },
    ({ enc, out, head }, { x, view, y }) => {
      const of = (input: Tensor): Tensor => out.forward(tanh(enc.forward(input)));
      const [a, b] = [of(x), of(view).add(0.5)];
      const width = mean(distances(a, b)).detach();
      const alike = (one: Tensor, other: Tensor): Tensor =>
        mean(exp(divide(distances(one, other), width).negate()));
      const apart = alike(a, a).add(alike(b, b)).subtract(alike(a, b).multiply(2));
      return mse(head.forward(a), y).add(apart);
    },
  ),
  program(
    "hard negatives weigh more, by similarities that are held",
    "https://arxiv.org/abs/2010.04592",
    { enc: [5, 8], out: [8, 4] },
    ({ enc, out }, { x, view }) => {
      const of = (input: Tensor): Tensor => unit(out.forward(tanh(enc.forward(input))));
      const [a, b] = [of(x), of(view)];
      const alike = exp(matmul(a, transpose(b)).divide(0.5));
      const weight = divide(alike, mean(alike, ROWS)).detach();
      const positive = exp(sum(multiply(a, b), ROWS).divide(0.5));
      const negative = mean(multiply(weight, alike), ROWS).multiply(4);
      return mean(log(divide(positive, add(positive, negative)))).negate();
    },
  ),
];

describe("a cut that is meant", () => {
  describe("as a weight of a term", () => {
    it.each(factors)("is not accused: $name ($source)", ({ run }) => {
      expect(run().findings).toEqual([]);
    });
  });
});
