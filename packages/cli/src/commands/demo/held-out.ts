/** What the look makes of the half of the photograph that it has never seen. */
import { type ErrorRecord, type Look, measureError, synthesize } from "synthconv";
import { newPhoto } from "../../image/new-photo.js";
import type { Photo } from "../../image/photo.js";
import { mapColours, readColours, writeColours } from "../../image/pixels.js";
import { differences2000, paintHeat } from "../../report/heat-map.js";
import { lookFunction } from "../apply/look-function.js";
import { samplesAt } from "./halves.js";

/** Positions of the knob that are shown: the ends were trained on, those between lie between trained ones. */
export const SHOWN_AT: readonly number[] = [0, 0.2, 0.4, 0.6, 0.8, 1];

export interface HeldOutResult {
  readonly mix: number;
  readonly error: ErrorRecord;
  readonly byNetwork: Photo;
  /** The hand-written look's. */
  readonly byHand: Photo;
  /** A heat map of deltaE 2000. */
  readonly difference: Photo;
}

/** @param scale the difference at the bright end of the heat map. */
export async function heldOutResult(
  photo: Photo,
  look: Look,
  mix: number,
  scale: number,
): Promise<HeldOutResult> {
  const network = synthesize(look, { mix });
  const samples = samplesAt(photo, mix);
  const byNetwork = copyOf(photo);
  await mapColours(byNetwork, lookFunction(network, 1));
  const byHand = copyOf(photo);
  writeColours(byHand, 0, samples.target.slice());
  return {
    mix,
    error: measureError([{ network, samples }], "the half that was held out"),
    byNetwork,
    byHand,
    difference: differenceOf(byNetwork, byHand, scale),
  };
}

function copyOf({ width, height, data }: Photo): Photo {
  return newPhoto(width, height, data.slice());
}

function differenceOf(a: Photo, b: Photo, scale: number): Photo {
  const pixels = a.width * a.height;
  const colours = [a, b].map((photo) => {
    const planes = new Float32Array(3 * pixels);
    readColours(photo, 0, planes);
    return planes;
  }) as [Float32Array, Float32Array];
  const heat = new Uint8Array(3 * pixels);
  paintHeat(differences2000(...colours), scale, heat);
  return newPhoto(a.width, a.height, heat);
}
