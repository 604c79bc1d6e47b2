/** A case as a network that can be trained: its layers, its numbers, its loss. */
import { nn, noGrad, ops, type Tensor, tensor } from "../library.js";
import { Random } from "../random.js";
import { lossRowOf } from "./losses.js";
import { CONDITION, type Context, Stage } from "./parts.js";
import { type NetworkCase, stageRowOf } from "./space.js";
import { Watch } from "./watch.js";

// A step of training sees one of these batches, in turn.
const BATCHES = 3;

// Of what the last layer gives: channels of an image, numbers of a row.
const IMAGE_OUTPUTS = 2;
const ROW_OUTPUTS = 3;

type Output = nn.Conv2d | nn.Linear;

export class Program extends nn.Module {
  readonly before: nn.Conv2d;
  readonly stages: Stage[] = [];
  readonly after: Output;
  readonly last: readonly nn.Module[];
  readonly #loss: (x: Tensor, target: Tensor, context: Context) => Tensor;
  readonly #batches: readonly Batch[];

  /** In float32, with its first numbers. */
  constructor(one: NetworkCase) {
    super();
    // A layer of its own before and behind the stages, so that every one of them has a gradient to hand back.
    this.before = new nn.Conv2d(one.channels, one.channels, 1);
    let shape: readonly number[] = [one.batch, one.channels, ...one.image];
    one.stages.forEach((name, index) => {
      const row = stageRowOf(name);
      if (row.takes === "row") shape = flat(shape);
      const stage = new Stage(row.make(shape, new Random(one.seed, `stage ${index}`)), row.takes === "row");
      shape = shapeAfter(stage, shape);
      this.stages.push(stage);
    });
    const width = shape[1] as number;
    this.after =
      shape.length === 4 ? new nn.Conv2d(width, IMAGE_OUTPUTS, 1) : new nn.Linear(width, ROW_OUTPUTS);
    shape = shape.with(1, shape.length === 4 ? IMAGE_OUTPUTS : ROW_OUTPUTS);
    const row = lossRowOf(one.loss);
    const loss = row.make(shape);
    this.last = loss.parts ?? [];
    this.#loss = loss.of;
    const sizes = {
      image: [one.batch, one.channels, ...one.image],
      condition: [one.batch, CONDITION],
      target: row.targetShape(shape),
    };
    this.#batches = Array.from({ length: Math.min(BATCHES, one.steps) }, (_, index) => {
      const random = new Random(one.seed, `batch ${index}`);
      return {
        image: drawn(random, sizes.image),
        condition: drawn(random, sizes.condition),
        target: drawn(random, sizes.target),
      };
    });
    this.initialize({ seed: one.seed });
  }

  /** The loss of the batch of a step, a tensor of one entry. */
  loss(step: number, watch: Watch): Tensor {
    const { dtype } = this.before.weight;
    const { image, condition, target } = this.#batches[step % this.#batches.length] as Batch;
    const as = ({ data, shape }: Drawn): Tensor => tensor(data, { dtype, shape });
    const context = { condition: as(condition), step, watch };
    const x = this.stages.reduce(
      (y, stage) => {
        return stage.forward(stage.takesRows && y.rank === 4 ? ops.reshape(y, flat(y.shape)) : y, context);
      },
      this.before.forward(as(image)),
    );
    return this.#loss(this.after.forward(x), as(target), context);
  }
}

interface Drawn {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

type Batch = Readonly<Record<"image" | "condition" | "target", Drawn>>;

function drawn(random: Random, shape: readonly number[]): Drawn {
  const length = shape.reduce((product, side) => product * side, 1);
  const period = Math.min(length, PERIOD);
  const data = new Float32Array(length);
  for (let i = 0; i < period; i++) data[i] = 2 * random.uniform() - 1;
  for (let i = period; i < length; i += period) data.copyWithin(i, 0, Math.min(period, length - i));
  return { shape, data };
}

// Numbers after which those of a large image come again, a prime.
const PERIOD = 65_521;

function flat([batch = 0, ...rest]: readonly number[]): number[] {
  return [batch, rest.reduce((product, side) => product * side, 1)];
}

function shapeAfter(stage: Stage, shape: readonly number[]): readonly number[] {
  stage.initialize({ seed: 1 });
  const [batch = 0] = shape;
  const zeros = (size: readonly number[]): Tensor =>
    tensor(new Float32Array(size.reduce((product, side) => product * side, 1)), { shape: size });
  const context = { condition: zeros([batch, CONDITION]), step: 0, watch: new Watch() };
  return noGrad(() => stage.forward(zeros(shape), context).shape);
}
