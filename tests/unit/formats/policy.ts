/**
 * A policy of the newest nova, for tests about something else.
 *
 * @module
 */
import { NEWEST_RULES } from "@/formats/nova_rules.ts";
import type { Policy } from "@/formats/disk_format.ts";

/** The policy for a file of one's own, less what it is declared as. */
export const FILE_POLICY: Omit<Policy, "declared"> = {
  vmdkAllowedTypes: ["streamOptimized", "monolithicSparse"],
  rules: NEWEST_RULES,
  use: "file",
};
