import { type Lut1D, type RgbTriple, UNIT_DOMAIN } from "../../../colour/index.js";
import { quote } from "../../quote.js";
import { refuse } from "../refuse.js";
import { wordsOf } from "../text/lines.js";
import { parseDecimal, parseWholeNumber } from "../text/numbers.js";

export const MAX_SIZE_1D = 65536;
export const MAX_SIZE_3D = 256;

export type Domain = Pick<Lut1D, "domainMin" | "domainMax">;

// Resolve's tags for tables made for video levels: black at code 64 and white at 940 of 1023 (ITU-R BT.709).
const VIDEO_BLACK = 64 / 1023;
const VIDEO_SPAN = (940 - 64) / 1023;

const videoToFull = (level: number): number => (level - VIDEO_BLACK) / VIDEO_SPAN;

/**
 * Gathers the keywords of a .cube file, in Adobe's dialect (Cube LUT Specification 1.0, 2013: DOMAIN_MIN and
 * DOMAIN_MAX) and in Resolve's (LUT_1D_INPUT_RANGE, LUT_3D_INPUT_RANGE, LUT_IN_VIDEO_RANGE, LUT_OUT_VIDEO_RANGE,
 * a shaper before the lattice). As Adobe's and OpenColorIO's readers do, it refuses unknown and repeated
 * keywords: a misspelt one would change the picture in silence.
 */
export class CubeHeader {
  title: string | undefined;
  size1D = 0;
  size3D = 0;
  #domainMin: RgbTriple | undefined;
  #domainMax: RgbTriple | undefined;
  #range1D: Domain | undefined;
  #range3D: Domain | undefined;
  #videoIn = false;
  #videoOut = false;
  readonly #seen = new Set<string>();

  /** @param line a line that is neither blank, comment nor numbers, without white space around it. */
  addLine(where: string, line: string): void {
    const [word = ""] = line.split(/\s/, 1);
    const keyword = word.toUpperCase();
    // Blackmagic's tools write the second.
    if (keyword === "TITLE" || keyword === "BMD_TITLE") {
      this.title ??= unquote(line.slice(word.length).trim());
      return;
    }
    if (this.#seen.has(keyword)) refuse(where, "each keyword once", `${quote(keyword)} again`);
    this.#seen.add(keyword);
    const values = wordsOf(line).slice(1);
    this.#read(where, keyword, values);
  }

  #read(where: string, keyword: string, values: readonly string[]): void {
    switch (keyword) {
      case "LUT_1D_SIZE":
        this.size1D = size(where, keyword, values, MAX_SIZE_1D);
        break;
      case "LUT_3D_SIZE":
        this.size3D = size(where, keyword, values, MAX_SIZE_3D);
        break;
      case "DOMAIN_MIN":
        this.#domainMin = triple(where, keyword, values);
        break;
      case "DOMAIN_MAX":
        this.#domainMax = triple(where, keyword, values);
        break;
      case "LUT_1D_INPUT_RANGE":
        this.#range1D = range(where, keyword, values);
        break;
      case "LUT_3D_INPUT_RANGE":
        this.#range3D = range(where, keyword, values);
        break;
      case "LUT_IN_VIDEO_RANGE":
        numbers(where, keyword, values, 0);
        this.#videoIn = true;
        break;
      case "LUT_OUT_VIDEO_RANGE":
        numbers(where, keyword, values, 0);
        this.#videoOut = true;
        break;
      default:
        refuse(where, "a keyword of .cube files", quote(keyword), "Put # before the line if it is a note.");
    }
  }

  /** Rows that the sizes ask for: the curves' first, then the lattice's. */
  get rows(): number {
    return this.size1D + this.size3D ** 3;
  }

  /** `LUT_1D_SIZE 6 and LUT_3D_SIZE 3`. */
  get sizes(): string {
    const parts = [
      ...(this.size1D > 0 ? [`LUT_1D_SIZE ${this.size1D}`] : []),
      ...(this.size3D > 0 ? [`LUT_3D_SIZE ${this.size3D}`] : []),
    ];
    return parts.join(" and ");
  }

  /** The domains of both tables, in full levels; the one of a table that the file does not hold means nothing. */
  domains(where: string): { readonly shaper: Domain; readonly cube: Domain } {
    const both = this.size1D > 0 && this.size3D > 0;
    const { shaper, cube } = both ? this.#twoDomains(where) : this.#oneDomain(where);
    checkDomain(where, shaper);
    checkDomain(where, cube);
    if (!this.#videoIn) return { shaper, cube };
    // It is the first table that expects video levels.
    return { shaper: toFullLevels(shaper), cube: both ? cube : toFullLevels(cube) };
  }

  /**
   * One table: DOMAIN_MIN and DOMAIN_MAX are its own, and so is the range of the other kind of table, because
   * Resolve files exist that give LUT_1D_INPUT_RANGE to a lattice.
   */
  #oneDomain(where: string): { readonly shaper: Domain; readonly cube: Domain } {
    const [own, other] = this.size3D > 0 ? [this.#range3D, this.#range1D] : [this.#range1D, this.#range3D];
    const adobe = this.#adobeDomain();
    const domain = own ?? other ?? adobe ?? UNIT_DOMAIN;
    if (adobe !== undefined && show(adobe) !== show(domain)) {
      refuse(
        where,
        "DOMAIN_MIN and DOMAIN_MAX to agree with the INPUT_RANGE",
        `${show(adobe)} and ${show(domain)}`,
        "Keep the lines that are right.",
      );
    }
    return { shaper: domain, cube: domain };
  }

  /** Curves before a lattice: each has its range, and a DOMAIN that is not 0..1 could belong to either. */
  #twoDomains(where: string): { readonly shaper: Domain; readonly cube: Domain } {
    const adobe = this.#adobeDomain();
    if (adobe !== undefined && show(adobe) !== show(UNIT_DOMAIN)) {
      refuse(
        where,
        "LUT_1D_INPUT_RANGE and LUT_3D_INPUT_RANGE for curves and a lattice",
        "DOMAIN_MIN or DOMAIN_MAX",
        "They do not tell which of the two tables they belong to.",
      );
    }
    return { shaper: this.#range1D ?? UNIT_DOMAIN, cube: this.#range3D ?? UNIT_DOMAIN };
  }

  /** Brings the last table's rows to full levels when the file says that they are video levels. */
  convertOutput(table: Float32Array): void {
    if (!this.#videoOut) return;
    for (let entry = 0; entry < table.length; entry++) table[entry] = videoToFull(table[entry] as number);
  }

  #adobeDomain(): Domain | undefined {
    if (this.#domainMin === undefined && this.#domainMax === undefined) return undefined;
    return {
      domainMin: this.#domainMin ?? UNIT_DOMAIN.domainMin,
      domainMax: this.#domainMax ?? UNIT_DOMAIN.domainMax,
    };
  }
}

/** `"A look"`, `A look` and `"A look` all mean the same; nothing between the quotes is no title. */
function unquote(text: string): string | undefined {
  const inside = text.startsWith('"') ? text.slice(1).replace(/"[^"]*$/, "") : text;
  return inside === "" ? undefined : inside;
}

function size(where: string, keyword: string, values: readonly string[], most: number): number {
  if (values.length !== 1) refuse(where, `${keyword} and one number`, `${values.length}`);
  return parseWholeNumber(where, keyword, values[0] as string, 2, most, `Export it with at most ${most}.`);
}

function numbers(where: string, keyword: string, values: readonly string[], count: number): number[] {
  if (values.length !== count) refuse(where, `${keyword} and ${count} numbers`, `${values.length}`);
  return values.map((token) => parseDecimal(where, token));
}

function triple(where: string, keyword: string, values: readonly string[]): RgbTriple {
  return numbers(where, keyword, values, 3) as [number, number, number];
}

function range(where: string, keyword: string, values: readonly string[]): Domain {
  const [min, max] = numbers(where, keyword, values, 2) as [number, number];
  return { domainMin: [min, min, min], domainMax: [max, max, max] };
}

function show({ domainMin, domainMax }: Domain): string {
  return `${domainMin.join(" ")} to ${domainMax.join(" ")}`;
}

function checkDomain(where: string, domain: Domain): void {
  const { domainMin, domainMax } = domain;
  if (domainMin.every((min, channel) => min < (domainMax[channel] as number))) return;
  refuse(where, "a domain whose minimum lies below its maximum in every channel", show(domain));
}

function toFullLevels({ domainMin, domainMax }: Domain): Domain {
  const convert = ([red, green, blue]: RgbTriple): RgbTriple => [
    videoToFull(red),
    videoToFull(green),
    videoToFull(blue),
  ];
  return { domainMin: convert(domainMin), domainMax: convert(domainMax) };
}
