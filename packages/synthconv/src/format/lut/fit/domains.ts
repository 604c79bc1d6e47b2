import { type Lut1D, type Lut3D, type LutStage, type RgbTriple, UNIT_DOMAIN } from "../../../colour/index.js";
import type { TableDomain } from "../lut-format.js";

/** A domain for what is sampled, and whether it is all that the source takes. */
export interface KeptDomain {
  readonly domainMin: RgbTriple;
  readonly domainMax: RgbTriple;
  readonly isWhole: boolean;
}

export function isDomain({ domainMin, domainMax }: Lut1D | Lut3D, domain: TableDomain): boolean {
  if (domain === "any") return true;
  if (domain === "even") return new Set(domainMin).size === 1 && new Set(domainMax).size === 1;
  return domainMin.every((low) => low === 0) && domainMax.every((high) => high === 1);
}

/** That of the first table where the format can say it, else 0 to 1. */
export function keepsDomain(stages: readonly LutStage[], domain: TableDomain): KeptDomain {
  const [first] = stages;
  if (first === undefined || !("domainMin" in first)) return { ...UNIT_DOMAIN, isWhole: true };
  const { domainMin, domainMax } = first;
  if (isDomain(first, domain)) return { domainMin, domainMax, isWhole: true };
  if (domain === "even") {
    const min = domainMin.reduce((least, one) => Math.min(least, one));
    const max = domainMax.reduce((most, one) => Math.max(most, one));
    return { domainMin: [min, min, min], domainMax: [max, max, max], isWhole: true };
  }
  const isInside = domainMin.every((low) => low >= 0) && domainMax.every((high) => high <= 1);
  return { ...UNIT_DOMAIN, isWhole: isInside };
}

export function showDomain([first]: readonly LutStage[]): string {
  if (first === undefined || !("domainMin" in first)) return "0 to 1";
  const { domainMin, domainMax } = first;
  return isDomain(first, "even")
    ? `${domainMin[0]} to ${domainMax[0]}`
    : `${domainMin.join(" ")} to ${domainMax.join(" ")}`;
}
