/**
 * Raw: an image that no other format recognizes.
 *
 * @module
 */
import { type Findings, findings } from "@/formats/format.ts";

/** The findings about a raw image: it is the disk. */
export const RAW: Findings = findings({ disk: { from: 0 } });
