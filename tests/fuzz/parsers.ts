/**
 * Every parser of untrusted text or bytes: how it is called, and what valid input is.
 *
 * @module
 */
import { CONFIG_PARSERS } from "./config_parsers.ts";
import { DATA_PARSERS } from "./data_parsers.ts";
import type { Parser } from "./parser.ts";
import { SERVICE_PARSERS } from "./service_parsers.ts";
import { TRUST_PARSERS } from "./trust_parsers.ts";

/** All of them. */
export const PARSERS: readonly Parser[] = [
  ...CONFIG_PARSERS,
  ...DATA_PARSERS,
  ...TRUST_PARSERS,
  ...SERVICE_PARSERS,
];
