/** ffmpeg, by the very filter that is printed to be pasted. */
import { spawn } from "node:child_process";
import { ffmpegFilter, type LutFilter } from "../commands/bake/ffmpeg-command.js";
import { CommandError } from "../frame/failure.js";
import { type Consumer, MissingConsumer } from "./consumer.js";

export function ffmpegWith(filter: LutFilter): Consumer {
  return {
    title: "ffmpeg",
    async run({ file, colours, signal }) {
      const codes = Uint16Array.from(colours, (value) => Math.round(value * 65_535));
      const raw = ["-f", "rawvideo", "-pix_fmt", "rgb48le"];
      const { inputs, option, filter: text } = ffmpegFilter(filter, file);
      const size = ["-s", `${colours.length / 300}x100`];
      const picture = inputs.flatMap((input) => ["-i", input]);
      const args = [
        "-v",
        "error",
        ...raw,
        ...size,
        "-i",
        "-",
        ...picture,
        option,
        text,
        "-frames:v",
        "1",
        ...raw,
        "-",
      ];
      const bytes = await outputOf(args, new Uint8Array(codes.buffer), signal);
      const result = new Uint16Array(
        bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
      );
      return Float32Array.from(result, (code) => code / 65_535);
    },
  };
}

function outputOf(args: readonly string[], input: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const child = spawn("ffmpeg", args, { signal, stdio: ["pipe", "pipe", "pipe"] });
    const output: Buffer[] = [];
    let complaint = "";
    child.stdout.on("data", (bytes: Buffer) => output.push(bytes));
    child.stderr.on("data", (bytes: Buffer) => {
      complaint += bytes;
    });
    // It may end before it has read everything: its own words tell more than a broken pipe.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    child.on("error", (error) => {
      const isMissing = "code" in error && error.code === "ENOENT";
      reject(
        isMissing
          ? new MissingConsumer("ffmpeg is not installed", "https://ffmpeg.org/download.html")
          : error,
      );
    });
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(output));
      else reject(new CommandError("VERIFY", `ffmpeg ended with ${code}: ${complaint}`));
    });
  });
}
