/** What `synthconv export` writes, by its extension: the languages of the library, ONNX, and weights for PyTorch. */
import {
  exportNetwork,
  type Look,
  lookToOnnx,
  NETWORK_EXPORTERS,
  networkInPyTorch,
  networkToOnnx,
  networkToSafetensors,
  type PixelNetwork,
} from "synthconv/look";
import { webgl, webgpu } from "../../verify/browser.js";
import type { Consumer } from "../../verify/consumer.js";
import { nodeItself, onnxRuntime } from "../../verify/packages.js";
import { pyTorch } from "../../verify/python.js";

export interface ExportRequest {
  readonly look: Look;
  /** Of the settings and the style that are asked for. */
  readonly network: PixelNetwork;
  /** None was asked for: what can take conditions keeps them open. */
  readonly keepsConditions: boolean;
  readonly name: string;
  readonly strength: number;
  readonly note: string;
}

export interface ExportTarget {
  /** As `--json` names it. */
  readonly name: string;
  readonly title: string;
  /** Without the dot. */
  readonly extension: string;
  /** What it cannot be called. */
  readonly reserved: ReadonlySet<string>;
  /** Whether a condition stays an input, where none is asked for. */
  readonly takesConditions: boolean;
  /** What `--verify` runs it in. */
  readonly consumer: Consumer;
  write(request: ExportRequest): Uint8Array;
  /** A line that uses the file, ready to paste. */
  usage(request: ExportRequest, file: string): string;
}

/** By the names of the library's languages. */
const CONSUMERS: Readonly<Record<string, Consumer>> = { glsl: webgl, wgsl: webgpu, typescript: nodeItself };

/** The knobs at their defaults, and the first style on. */
export function defaultCondition({ schema: { condition, styles = [] } }: Look): number[] {
  return [...condition.map((knob) => knob.default), ...styles.map((_, at) => (at === 0 ? 1 : 0))];
}

const onnx: ExportTarget = {
  name: "onnx",
  title: "ONNX",
  extension: "onnx",
  reserved: new Set(),
  takesConditions: true,
  consumer: onnxRuntime,
  write({ look, network, keepsConditions, name, strength, note }) {
    const options = { name, strength, note };
    return keepsConditions ? lookToOnnx(look, options) : networkToOnnx(network, options);
  },
  usage({ look, keepsConditions }, file) {
    const session = `onnxruntime.InferenceSession(${JSON.stringify(file)})`;
    if (!keepsConditions) return `output, = ${session}.run(None, {"image": image})`;
    const condition = `numpy.float32([[${defaultCondition(look).join(", ")}]])`;
    return `output, = ${session}.run(None, {"image": image, "condition": ${condition}})`;
  },
};

const stateDict: ExportTarget = {
  name: "pytorch",
  title: "safetensors for PyTorch",
  extension: "safetensors",
  reserved: new Set(),
  takesConditions: false,
  consumer: pyTorch,
  write: ({ network, strength, note }) => networkToSafetensors(network, { strength, note }),
  usage: ({ network, strength }, file) => networkInPyTorch(network, { file, strength }),
};

export const EXPORT_TARGETS: readonly ExportTarget[] = [
  ...NETWORK_EXPORTERS.map((exporter): ExportTarget => {
    const { name, title, extension, reserved } = exporter;
    return {
      ...{ name, title, extension, reserved, takesConditions: false },
      consumer: CONSUMERS[name] as Consumer,
      write({ network, note, strength, name: called }) {
        const text = exportNetwork(network, name, { name: called, strength, comments: [note] });
        return new TextEncoder().encode(text);
      },
      usage: ({ name: called }) => exporter.usage(called),
    };
  }),
  onnx,
  stateDict,
];
