/**
 * The real environment.
 *
 * @module
 */
import type { Environment } from "@/context.ts";

/** The variables of this process, as far as the program may see them. */
export const systemEnvironment: Environment = {
  get(name) {
    try {
      return Deno.env.get(name);
    } catch (error) {
      // A variable outside the baked permissions is one the program has no business with.
      if (error instanceof Deno.errors.NotCapable) return undefined;
      throw error;
    }
  },
  names() {
    try {
      return Object.keys(Deno.env.toObject());
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) return [];
      throw error;
    }
  },
};
