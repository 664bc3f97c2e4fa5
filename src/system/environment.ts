/**
 * The real environment.
 *
 * @module
 */
import type { Environment } from "@/context.ts";

/** The environment variables that the program may read. */
export const systemEnvironment: Environment = {
  get(name) {
    try {
      return Deno.env.get(name);
    } catch (error) {
      // The program does not need variables outside its compiled-in permissions.
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
