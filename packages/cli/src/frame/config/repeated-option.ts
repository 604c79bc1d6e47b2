import { Option } from "commander";

/**
 * An option that may be given several times, each time with one more value; `<name=value>` in its flags says that they
 * have names. Of any other option the last value counts.
 */
export class RepeatedOption extends Option {}
