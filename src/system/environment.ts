/**
 * The real environment.
 *
 * @module
 */
import type { Environment } from "@/context.ts";

/** The environment variables that the program may read; others are as if they were not set. */
export const systemEnvironment: Environment = {
  get: (name) => unlessDenied(() => Deno.env.get(name), undefined),
  names: () => unlessDenied(() => Object.keys(Deno.env.toObject()), []),
};

/** A value that the compiled-in permissions may not allow to read. */
export function unlessDenied<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return otherwise;
    throw error;
  }
}
