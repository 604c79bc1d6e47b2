import { checkLut, type Lut, type LutStage, type RgbTriple } from "../../../colour/index.js";
import type { LutWriteOptions } from "../lut-format.js";
import { linesOfStage } from "./nodes.js";

const SMPTE = "http://www.smpte-ra.org/ns/2136-1/2024";

/**
 * A .clf of version 3, all numbers floats; the same transform gives the same bytes. Tables of other domains than 0 to 1
 * stand behind a Matrix that brings the domain there.
 *
 * Its id is made of its content, so that one file has one id.
 */
export function writeClf(lut: Lut, { comments = [] }: LutWriteOptions): Uint8Array<ArrayBuffer> {
  checkLut("a .clf", lut);
  const stages = lut.stages.length === 0 ? [IDENTITY] : lut.stages.flatMap(overUnitDomain);
  const nodes = stages.flatMap(linesOfStage);
  const notes = comments.map((note) => `<Description>${asXml(note)}</Description>`);
  const title = lut.title === undefined ? "" : ` name="${asXml(lut.title)}"`;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<ProcessList xmlns="${SMPTE}" compCLFversion="3.0" id="${idOf(nodes)}"${title}>`,
    ...notes,
    ...nodes,
    "</ProcessList>",
  ];
  return new TextEncoder().encode(`${lines.join("\n")}\n`);
}

const IDENTITY: LutStage = { kind: "matrix", matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], offset: [0, 0, 0] };

function overUnitDomain(stage: LutStage): LutStage[] {
  if (stage.kind !== "lut1d" && stage.kind !== "lut3d") return [stage];
  const { domainMin, domainMax } = stage;
  if (domainMin.every((low) => low === 0) && domainMax.every((high) => high === 1)) return [stage];
  const spans = domainMax.map((high, channel) => high - (domainMin[channel] as number));
  const matrix = [0, 1, 2].flatMap((row) =>
    [0, 1, 2].map((column) => (row === column ? 1 / (spans[row] as number) : 0)),
  );
  const offset = spans.map((span, channel) => -(domainMin[channel] as number) / span) as unknown as RgbTriple;
  return [
    { kind: "matrix", matrix, offset },
    { ...stage, domainMin: [0, 0, 0], domainMax: [1, 1, 1] },
  ];
}

function asXml(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\n]/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;");
}

/** FNV-1a of the nodes: what it is for is to differ where they do. */
function idOf(lines: readonly string[]): string {
  let hash = 0x811c9dc5;
  for (const line of lines) {
    for (let at = 0; at < line.length; at++) hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193);
  }
  return `synthconv-${(hash >>> 0).toString(16).padStart(8, "0")}`;
}
