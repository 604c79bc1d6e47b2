/** Who takes part: this library and its peers, and how each is started. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { PeerCommand } from "./peer-process.js";
import type { Work } from "./protocol.js";

export interface Peer {
  readonly id: string;
  readonly label: string;
  readonly command: (threads: number) => PeerCommand;
  /** Whether the goals are held against it. */
  readonly counts: boolean;
  /** Works that it is there for; undefined for all. */
  readonly kinds?: readonly Work["kind"][];
  /** Why it cannot be started, with how to get it. */
  readonly missing?: string;
}

export interface Programs {
  /** The Node that runs this library and the peers written in JavaScript. */
  readonly node: string;
  /** The Python that has PyTorch; undefined: the first that is found. */
  readonly python: string | undefined;
}

export const LIBRARY_ID = "synthconv";

// glibc gives large arrays back to the system as soon as they are free and pays for every page when it gets them
// again; PyTorch allocates its intermediate results again in each step. So its memory stays with the process.
const KEEP_MEMORY = { MALLOC_MMAP_MAX_: "0", MALLOC_TRIM_THRESHOLD_: "100000000000" };

export function peerCatalogue({ node, python }: Programs): readonly Peer[] {
  const javaScript = (path: string) => ({
    counts: false,
    command: (threads: number): PeerCommand => ({
      program: node,
      args: [fileURLToPath(new URL(path, import.meta.url))],
      environment: threadEnvironment(threads),
    }),
  });
  const fromPackage = (name: string): { missing?: string } => {
    const folder = new URL(`../../peers/node_modules/${name}/`, import.meta.url);
    if (existsSync(folder)) return {};
    return { missing: `${name} is not installed: npm ci --ignore-scripts in bench/peers` };
  };
  const torch = pythonPeer(python);
  return [
    { id: LIBRARY_ID, label: "synthconv", ...javaScript("./library-peer.js") },
    { id: "pytorch", label: "PyTorch", ...torch({}), counts: true },
    {
      id: "pytorch-memory-kept",
      label: "PyTorch, memory kept",
      ...torch(KEEP_MEMORY),
      counts: false,
      // Inference in tiles allocates nothing, and that is its best.
      kinds: ["training", "convolution", "convolutionPerSample"],
    },
    {
      id: "onnxruntime",
      label: "ONNX Runtime",
      ...javaScript("../../peers/onnxruntime.mjs"),
      ...fromPackage("onnxruntime-node"),
      counts: true,
    },
    {
      id: "tfjs",
      label: "TensorFlow.js wasm",
      ...javaScript("../../peers/tfjs.mjs"),
      ...fromPackage("@tensorflow/tfjs-backend-wasm"),
    },
    {
      id: "jax-js",
      label: "jax-js wasm",
      ...javaScript("../../peers/jax.mjs"),
      ...fromPackage("@jax-js/jax"),
    },
  ];
}

type PythonPeer = Pick<Peer, "command" | "missing">;

function pythonPeer(chosen: string | undefined): (environment: Record<string, string>) => PythonPeer {
  const candidates = chosen === undefined ? ["python3", "/usr/bin/python3"] : [chosen];
  const found = candidates.find(
    (program) => spawnSync(program, ["-c", "import torch, numpy"], { stdio: "ignore" }).status === 0,
  );
  const script = fileURLToPath(new URL("../../peers/pytorch.py", import.meta.url));
  const missing =
    "no PyTorch in " +
    `${candidates.join(", ")}: apt-get install python3-torch python3-numpy, or --python PATH of one that has it`;
  return (environment) => ({
    command: (threads) => ({
      program: found ?? "python3",
      args: [script],
      environment: { ...threadEnvironment(threads), ...environment },
    }),
    ...(found === undefined ? { missing } : {}),
  });
}

/** Libraries of linear algebra count their own threads. */
function threadEnvironment(threads: number): Record<string, string> {
  const names = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"];
  return Object.fromEntries(names.map((name) => [name, String(threads)]));
}
