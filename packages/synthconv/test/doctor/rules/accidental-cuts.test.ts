/** Cuts that were left over or misplaced, each beside a way that stays open: their parameters learn, and wrongly. */
import {
  add,
  crossEntropy,
  divide,
  exp,
  log,
  logSoftmax,
  matmul,
  mean,
  mse,
  multiply,
  noGrad,
  relu,
  reshape,
  sigmoid,
  silu,
  slice,
  softmax,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
  tanh,
  transpose,
  zeros,
} from "synthconv";
import { describe, expect, it } from "vitest";
import { bestOf, CLASSES, oneHot, program, SAMPLES, unit } from "./cuts-support.js";

const ROWS = { axes: [1], keepDims: true } as const;

const programs = [
  program(
    "latents are cut before the decoder, a penalty still reaches them",
    "https://arxiv.org/abs/1312.6114",
    { enc: [5, 3], dec: [3, 5] },
    ({ enc, dec }, { x }) => {
      const z = enc.forward(x);
      return mse(dec.forward(z.detach()), x).add(mean(square(z)).multiply(0.05)); // cut
    },
  ),
  program(
    "one of two heads gets cut features",
    "https://arxiv.org/abs/1706.05098",
    { body: [5, 8], box: [8, 2], kind: [8, CLASSES] },
    ({ body, box, kind }, { x, y, label }) => {
      const h = silu(body.forward(x));
      const held = h.detach(); // cut
      return mse(box.forward(h), y).add(crossEntropy(kind.forward(held), label));
    },
  ),
  program(
    "one of two branches of a sum is cut",
    "https://arxiv.org/abs/1512.03385",
    { one: [5, 8], two: [8, 8], head: [8, 2] },
    ({ one, two, head }, { x, y }) => {
      const h = tanh(one.forward(x));
      const more = tanh(two.forward(h.detach())); // cut
      return mse(head.forward(h.add(more)), y);
    },
  ),
  program(
    "the skip of a residual block is cut",
    "https://arxiv.org/abs/1512.03385",
    { one: [5, 8], two: [8, 8], head: [8, 2] },
    ({ one, two, head }, { x, y }) => {
      const h = tanh(one.forward(x));
      return mse(head.forward(h.detach().add(tanh(two.forward(h)))), y); // cut
    },
  ),
  program(
    "a prediction is corrected by another, and that one is cut",
    "https://arxiv.org/abs/1603.02754",
    { one: [5, 6], first: [6, 2], second: [6, 2] },
    ({ one, first, second }, { x, y }) => {
      const h = tanh(one.forward(x));
      const guess = first.forward(h);
      const better = subtract(second.forward(h), guess.detach()); // cut
      return mse(better, y).add(mean(square(guess)).multiply(0.1));
    },
  ),
  program(
    "an attention gate is computed without a tape, its own layer is regularised",
    "https://arxiv.org/abs/1804.03999",
    { body: [5, 8], gate: [8, 8], head: [8, 2] },
    ({ body, gate, head }, { x, y }) => {
      const h = tanh(body.forward(x));
      const open = noGrad(() => sigmoid(gate.forward(h))); // cut
      return mse(head.forward(multiply(h, open)), y).add(
        mean(square(gate.weight))
          .multiply(0.01)
          .add(mean(square(gate.bias as Tensor))),
      );
    },
  ),
  program(
    "keys of an attention are cut",
    "https://arxiv.org/abs/1706.03762",
    { q: [5, 4], k: [5, 4], v: [5, 4], head: [4, 2] },
    ({ q, k, v, head }, { x, y }) => {
      const keys = k.forward(x);
      const scores = matmul(q.forward(x), transpose(keys.detach())); // cut
      const extra = mean(square(keys)).multiply(0.01);
      return mse(head.forward(matmul(softmax(scores), v.forward(x))), y).add(extra);
    },
  ),
  program(
    "written weights are cut, and a penalty on them is not",
    "https://arxiv.org/abs/1609.09106",
    { write: [5, 10], body: [5, 5] },
    ({ write, body }, { x, y }) => {
      const weights = write.forward(x);
      const each = reshape(weights.detach(), [SAMPLES, 5, 2]); // cut
      const made = reshape(matmul(reshape(tanh(body.forward(x)), [SAMPLES, 1, 5]), each), [SAMPLES, 2]);
      return mse(made, y).add(mean(square(weights)).multiply(0.01));
    },
  ),
  program(
    "classes are scored by written weights that are cut",
    "https://arxiv.org/abs/1703.05175",
    { body: [5, 4], write: [5, 4] },
    ({ body, write }, { x, view, label }) => {
      const rows = write.forward(view);
      const means = matmul(transpose(oneHot([...label], CLASSES)), rows).divide(SAMPLES / CLASSES);
      const logits = matmul(body.forward(x), transpose(means.detach())); // cut
      return crossEntropy(logits, label).add(mean(square(rows)).multiply(0.01));
    },
  ),
  program(
    "a norm divides what it was computed of, without a tape",
    "https://arxiv.org/abs/1602.07868",
    { body: [5, 8], head: [8, 2] },
    ({ body, head }, { x, y }) => {
      const h = body.forward(x);
      const size = noGrad(() => sqrt(mean(square(h), ROWS).add(1e-6))); // cut
      return mse(head.forward(tanh(divide(h, size))), y);
    },
  ),
  program(
    "the mean that a normalisation takes away is cut",
    "https://arxiv.org/abs/1607.06450",
    { body: [5, 8], head: [8, 2] },
    ({ body, head }, { x, y }) => {
      const h = relu(body.forward(x));
      const centred = subtract(h, mean(h, ROWS).detach()); // cut
      return mse(head.forward(centred), y);
    },
  ),
  program(
    "a prediction is cut in one of the terms that are made of it",
    "https://arxiv.org/abs/1609.04802",
    { body: [5, 8], head: [8, 2] },
    ({ body, head }, { x, y }) => {
      const made = head.forward(tanh(body.forward(x)));
      const held = made.detach(); // cut
      return mse(held, y).add(mean(multiply(made, made)).multiply(0.1));
    },
  ),
  program(
    "a state is cut at each step of the loop over time",
    "https://discuss.pytorch.org/t/what-exactly-does-retain-variable-true-in-loss-backward-do/3508",
    { input: [5, 6], state: [6, 6], head: [6, 2] },
    ({ input, state, head }, { x, view, y }) => {
      let h = zeros([SAMPLES, 6]);
      for (const seen of [x, view, x]) h = tanh(add(input.forward(seen), state.forward(h.detach()))); // cut
      return mse(head.forward(h), y);
    },
  ),
  program(
    "the variance is cut where it divides, its logarithm is not",
    "https://arxiv.org/abs/1703.04977",
    { body: [5, 8], mu: [8, 2], spread: [8, 2] },
    ({ body, mu, spread }, { x, y }) => {
      const h = tanh(body.forward(x));
      const s = spread.forward(h);
      const each = multiply(square(subtract(mu.forward(h), y)), exp(s.negate()).detach()); // cut
      return mean(each)
        .add(mean(s).multiply(0.1))
        .add(mean(square(s)).multiply(0.01));
    },
  ),
  program(
    "the sum is detached in place of the difference",
    "https://arxiv.org/abs/1308.3432",
    { body: [5, 8], pick: [8, 4], head: [4, 2] },
    ({ body, pick, head }, { x, y }) => {
      const soft = softmax(pick.forward(silu(body.forward(x))));
      const way = add(soft, subtract(oneHot(bestOf(soft), 4), soft)).detach(); // cut
      return mse(head.forward(way), y).add(mean(multiply(soft, log(soft))).multiply(0.1));
    },
  ),
  program(
    "a mixture's shares are cut where the experts are blended",
    "https://arxiv.org/abs/1701.06538",
    { router: [5, 2], one: [5, 2], two: [5, 2] },
    ({ router, one, two }, { x, y }) => {
      const shares = softmax(router.forward(x));
      const balance = sum(square(mean(shares, { axes: [0] })));
      const weigh = (at: number): Tensor => slice(shares.detach(), [undefined, [at, at + 1]]); // cut
      const made = add(multiply(one.forward(x), weigh(0)), multiply(two.forward(x), weigh(1)));
      return mse(made, y).add(balance.multiply(0.1));
    },
  ),
  program(
    "logits of two networks are added, one of them cut",
    "https://arxiv.org/abs/1503.02531",
    { wide: [5, CLASSES], body: [5, 8], deep: [8, CLASSES] },
    ({ wide, body, deep }, { x, label }) => {
      const broad = wide.forward(x);
      const logits = add(deep.forward(silu(body.forward(x))), broad.detach()); // cut
      return crossEntropy(logits, label).add(mean(square(broad)).multiply(0.1));
    },
  ),
  program(
    "features are normalised by a helper that detaches, in one of two uses",
    "https://github.com/Mxbonn/ltmp/issues/2",
    { body: [5, 8], head: [8, 2], aside: [8, CLASSES] },
    ({ body, head, aside }, { x, y, label }) => {
      const h = tanh(body.forward(x));
      const normed = unit(h).detach(); // cut
      return mse(head.forward(normed), y).add(crossEntropy(aside.forward(h), label).multiply(0.1));
    },
  ),
  program(
    "a style's scale is cut where it multiplies, its shift is not",
    "https://arxiv.org/abs/1709.07871",
    { style: [5, 16], body: [5, 8], head: [8, 2] },
    ({ style, body, head }, { x, view, y }) => {
      const written = style.forward(view);
      const scale = slice(written, [undefined, [0, 8]]).detach(); // cut
      const shift = slice(written, [undefined, [8, 16]]);
      return mse(head.forward(tanh(add(multiply(body.forward(x), scale), shift))), y);
    },
  ),
  program(
    "temperature-scaled scores are cut before their cross entropy",
    "https://arxiv.org/abs/1706.04599",
    { body: [5, 8], head: [8, CLASSES], heat: [8, 1] },
    ({ body, head, heat }, { x, label }) => {
      const h = tanh(body.forward(x));
      const logits = head.forward(h);
      const scaled = divide(logits.detach(), heat.forward(h).softplus().add(0.1)); // cut
      const entropy = sum(multiply(exp(logSoftmax(logits)), logSoftmax(logits)), { axes: [1] });
      return crossEntropy(scaled, label).add(mean(entropy).multiply(0.05));
    },
  ),
];

describe("a cut that is none of an algorithm's", () => {
  it.each(programs)("is told of at its line: $name ($source)", ({ run }) => {
    const { findings } = run();
    expect(findings.map(({ place }) => place?.source)).toEqual([expect.stringContaining("// cut")]);
    const hints = findings[0]?.repair?.match(/x\.detach\(\{ reason \}\)/g);
    expect(hints, "how it is silenced is said once").toHaveLength(1);
    expect(findings[0]?.fault).toMatch(/^(?:detached|computedWithoutTape)$/);
  });
});
