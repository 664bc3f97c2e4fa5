/**
 * A host name for tests of what cannot be resolved.
 *
 * @module
 */

/**
 * Begins with a hyphen, so the C library refuses it without asking a name server, which might
 * answer that it does not know for the moment.
 */
export const UNRESOLVABLE = "-no-such-host.invalid";
