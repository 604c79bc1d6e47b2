/** What works on the tensors of TensorFlow.js. */
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers"; // registers the gradients of all operations, as @tensorflow/tfjs does
import * as tf from "@tensorflow/tfjs-core";
import * as tfjs from "../../src/tfjs/index.js";
import {
  type Argument,
  alsoAccepts,
  finiteArg,
  fixedArg,
  flagArg,
  functionArg,
  listArg,
  optional,
  optionsArg,
  type Row,
  row,
  sizeArg,
} from "./row.js";

await tf.setBackend("cpu");

const weight = tf.variable(tf.ones([1, 1, 3, 3]), true, "weight");
const image = () => tf.ones([1, 2, 2, 3]);
const loss = () =>
  tf.tidy(() =>
    tf.mean(tf.square(tf.conv2d(image() as tf.Tensor4D, weight as tf.Tensor4D, 1, "same"))),
  ) as tf.Scalar;
const namespace: Argument = fixedArg("tf", () => tf);
const layers = listArg(
  "layers",
  optionsArg(
    "layer",
    fixedArg("weight", () => weight),
    optional(fixedArg("bias", () => tf.zeros([3]))),
    optional(fixedArg("activation", () => "relu")),
    optional(finiteArg("negativeSlope", () => 0.01)),
  ),
);

export const tfjsRows: readonly Row[] = [
  row(
    "pixelNetworkTfjs",
    tfjs.pixelNetworkTfjs,
    namespace,
    fixedArg("image", image),
    layers,
    optional(optionsArg("options", optional(flagArg("residual", () => true)))),
  ),
  row(
    "diagnoseTfjs",
    tfjs.diagnoseTfjs,
    namespace,
    functionArg("loss", () => loss),
    optional(
      optionsArg(
        "options",
        optional(fixedArg("variables", () => [weight])),
        optional(fixedArg("optimizer", () => tf.train.sgd(0.1))),
        optional(
          alsoAccepts(
            fixedArg("varList", () => [weight]),
            "emptyList",
          ),
        ),
        optional(sizeArg("steps", () => 2)),
      ),
    ),
  ),
];
