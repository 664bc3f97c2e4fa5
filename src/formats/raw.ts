/**
 * Raw: what no other format claims.
 *
 * @module
 */
import { type Findings, findings } from "@/formats/format.ts";

/** What is to say of a raw image: it is the disk. */
export const RAW: Findings = findings({ disk: { from: 0 } });
