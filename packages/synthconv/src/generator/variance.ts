/**
 * The variance that written weights start with, so that signals keep their size on the way through the layers that use
 * them (forward), gradients theirs on the way back, or both about. Chang, Flokas, Lipson, "Principled weight
 * initialization for hypernetworks", ICLR 2020, sec. 4.
 */
import type { GeneratedPlace } from "./places.js";

export type VarianceRule = (place: GeneratedPlace) => number;

/** By the inputs. A weight and a bias that are both written share the variance. */
const fanIn: VarianceRule = ({ isBias, gain, fanIn, hasPartner }) =>
  isBias ? gain / 2 : gain / ((hasPartner ? 2 : 1) * fanIn);

/** By the outputs. A bias takes what the weight leaves of the signal, which is nothing where there are more outputs. */
const fanOut: VarianceRule = ({ isBias, gain, fanIn, fanOut }) =>
  isBias ? Math.max(0, gain * (1 - fanIn / fanOut)) : gain / fanOut;

/** The harmonic mean of the two. */
const harmonic: VarianceRule = (place) => {
  const sum = 1 / fanIn(place) + 1 / fanOut(place);
  return Number.isFinite(sum) ? 2 / sum : 0;
};

export const VARIANCE_RULES: Readonly<Record<"hyperfanIn" | "hyperfanOut" | "harmonic", VarianceRule>> = {
  hyperfanIn: orAsStated(fanIn),
  hyperfanOut: orAsStated(fanOut),
  harmonic: orAsStated(harmonic),
};

/** Of U(-1/sqrt(fanIn), 1/sqrt(fanIn)), PyTorch's default. */
export const torchVariance: VarianceRule = orAsStated(({ fanIn }) => 1 / (3 * fanIn));

function orAsStated(rule: VarianceRule): VarianceRule {
  return (place) => (place.deviation === undefined ? rule(place) : place.deviation ** 2);
}
