/**
 * Commander's types under names of the program, for files that read commands.
 *
 * @module
 */
import type * as commander from "@commander-js/extra-typings";

/** A command with any arguments and options. */
export type AnyCommand = commander.CommandUnknownOpts;

/** One of its options. */
export type AnyOption = commander.Option;

/** One of its arguments. */
export type AnyArgument = commander.Argument;
