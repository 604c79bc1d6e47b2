/** Every task by its name: the caller's thread and the workers import the same table. README.md says how to add one. */
import {
  type ConvolveCall,
  convolveImageGradientTask,
  convolveTask,
  convolveWeightGradientTask,
  type ImageGradientCall,
  type SharedWeightGradientCall,
} from "../dense/convolution-tasks.js";
import type { MatrixProduct } from "../dense/product-kernel.js";
import { productTask } from "../dense/product-task.js";
import type { PixelNetworkForward } from "../pixel-network/network.js";
import {
  type BackwardTask,
  type Batch,
  type LossTask,
  pixelNetworkBackwardTask,
  pixelNetworkForwardTask,
  pixelNetworkLossTask,
} from "../pixel-network/tasks.js";
import { type ApplyPixelNetworkTask, applyPixelNetworkTask } from "../pixels/task.js";
import type { Task } from "./task.js";

/** The name and the call of each task. */
export interface TaskCalls {
  readonly applyPixelNetwork: ApplyPixelNetworkTask;
  readonly convolve: ConvolveCall;
  readonly convolveImageGradient: ImageGradientCall;
  readonly convolveWeightGradient: SharedWeightGradientCall;
  readonly pixelNetworkForward: Batch<PixelNetworkForward>;
  readonly pixelNetworkBackward: Batch<BackwardTask>;
  readonly pixelNetworkLoss: Batch<LossTask>;
  readonly product: MatrixProduct;
}

export type TaskName = keyof TaskCalls;

export const tasks: { readonly [Name in TaskName]: Task<TaskCalls[Name]> } = {
  applyPixelNetwork: applyPixelNetworkTask,
  convolve: convolveTask,
  convolveImageGradient: convolveImageGradientTask,
  convolveWeightGradient: convolveWeightGradientTask,
  pixelNetworkForward: pixelNetworkForwardTask,
  pixelNetworkBackward: pixelNetworkBackwardTask,
  pixelNetworkLoss: pixelNetworkLossTask,
  product: productTask,
};
