/** The part of culori that the tests use as an oracle; the package ships no types. */
declare module "culori" {
  interface Rgb {
    readonly mode: "rgb";
    readonly r: number;
    readonly g: number;
    readonly b: number;
  }
  interface WideRgb {
    readonly mode: "p3" | "a98" | "prophoto";
    readonly r: number;
    readonly g: number;
    readonly b: number;
  }
  interface Lab65 {
    readonly mode: "lab65";
    readonly l: number;
    readonly a: number;
    readonly b: number;
  }
  interface LinearRgb {
    readonly r: number;
    readonly g: number;
    readonly b: number;
  }
  export function converter(mode: "lab65"): (colour: Rgb) => Lab65;
  export function converter(mode: "rgb"): (colour: WideRgb) => LinearRgb;
  export function converter(mode: "lrgb"): (colour: Rgb | WideRgb) => LinearRgb;
  export function differenceCiede2000(): (a: Lab65, b: Lab65) => number;
}
