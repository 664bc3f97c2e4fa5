/**
 * Reads argv in the two passes of the real `rbd`: Ceph's own parser takes every option that it
 * knows from anywhere, even in the place of another option's value, and rbd's parser gets the rest.
 *
 * @module
 */
import { RbdFailure } from "./failure.ts";

/** A parsed command line. */
export interface Invocation {
  /** `export`, `export-diff`, `info`, `ls`. */
  readonly command: string;
  /** Ceph's options by their name with dashes. */
  readonly ceph: ReadonlyMap<string, string>;
  /** Pool, image and snapshot, empty if not given. */
  readonly pool: string;
  /** Image name. */
  readonly image: string;
  /** Snapshot name; empty means the head. */
  readonly snap: string;
  /** `--path`, or the last word. */
  readonly path: string;
  /** rbd's options that are switches or rarely used, by name. */
  readonly options: ReadonlyMap<string, string>;
}

const CEPH_OPTIONS = new Set([
  "admin-socket",
  "client-mount-timeout",
  "cluster",
  "conf",
  "err-to-stderr",
  "fsid",
  "id",
  "key",
  "keyfile",
  "keyring",
  "log-file",
  "log-to-file",
  "log-to-stderr",
  "log-to-syslog",
  "mon-host",
  "ms-mode",
  "name",
  "rados-mon-op-timeout",
  "rados-osd-op-timeout",
  "rbd-cache",
  "rbd-concurrent-management-ops",
  "rbd-default-pool",
  "user",
]);

const CEPH_SHORT: Readonly<Record<string, string>> = {
  "-c": "conf",
  "-i": "id",
  "-k": "keyring",
  "-m": "mon-host",
  "-n": "name",
};

const IMAGE = ["pool", "image", "snap", "namespace"];

/** Options of each command with a value, then its switches. */
const COMMANDS: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  "export": [[...IMAGE, "path", "export-format"], ["no-progress"]],
  "export-diff": [[...IMAGE, "path", "from-snap"], ["no-progress", "whole-object"]],
  "info": [[...IMAGE, "format"], ["pretty-format"]],
  "ls": [["pool", "namespace", "format"], ["pretty-format", "long"]],
};

/** Reads a command line. `CEPH_ARGS` is read before it, as in librados. */
export function parseArguments(argv: readonly string[], cephArgs = ""): Invocation {
  const ceph = new Map<string, string>();
  const fromEnvironment = cephArgs.split(/\s+/).filter((word) => word !== "");
  const words = [...takeCephOptions(fromEnvironment, ceph), ...takeCephOptions(argv, ceph)];
  const [command = "", ...rest] = words;
  const known = COMMANDS[command];
  if (known === undefined) throw new RbdFailure(1, `error: unknown option '${command}'`, "");
  const { options, positional } = parseOptions(rest, ...known);
  return { command, ceph, options, ...locate(command, options, positional) };
}

function takeCephOptions(argv: readonly string[], into: Map<string, string>): readonly string[] {
  const rest: string[] = [];
  const end = argv.indexOf("--");
  const limit = end < 0 ? argv.length : end;
  for (let at = 0; at < limit; at++) {
    const { name, value } = split(argv[at] ?? "");
    const option = CEPH_SHORT[name] ?? cephName(name);
    if (option === undefined) rest.push(argv[at] ?? "");
    else into.set(option, value ?? argv[++at] ?? "");
  }
  return [...rest, ...argv.slice(limit)];
}

/** The option's name if Ceph knows it; `_` and `-` are equivalent. */
function cephName(word: string): string | undefined {
  if (!word.startsWith("--")) return undefined;
  const name = word.slice(2).replaceAll("_", "-");
  return CEPH_OPTIONS.has(name) || name.startsWith("debug-") ? name : undefined;
}

function parseOptions(
  argv: readonly string[],
  valued: readonly string[],
  switches: readonly string[],
): { options: ReadonlyMap<string, string>; positional: readonly string[] } {
  const options = new Map<string, string>();
  const positional: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (word === "--") return { options, positional: [...positional, ...argv.slice(at + 1)] };
    if (word === "-" || !word.startsWith("-")) {
      positional.push(word);
      continue;
    }
    const { name, value } = split(word === "-p" ? "--pool" : word);
    const option = name.slice(2);
    const takesValue = valued.includes(option);
    if (!takesValue && (value !== undefined || !switches.includes(option))) {
      throw new RbdFailure(1, `rbd: unrecognised option '${word}'`);
    }
    set(options, option, takesValue ? value ?? argv[++at] ?? "" : "true");
  }
  return { options, positional };
}

function set(options: Map<string, string>, name: string, value: string): void {
  if (value === "") {
    throw new RbdFailure(
      1,
      `rbd: the argument for option '--${name}' should follow immediately after the equal sign`,
    );
  }
  if (options.has(name)) {
    throw new RbdFailure(1, `rbd: option '--${name}' cannot be specified more than once`);
  }
  options.set(name, value);
}

function split(word: string): { readonly name: string; readonly value: string | undefined } {
  const equals = word.startsWith("--") ? word.indexOf("=") : -1;
  return equals < 0
    ? { name: word, value: undefined }
    : { name: word.slice(0, equals), value: word.slice(equals + 1) };
}

/**
 * Pool, image, snapshot and path; an image that is a spec (`pool/image@snap`) overrides `--pool`.
 */
function locate(
  command: string,
  options: ReadonlyMap<string, string>,
  positional: readonly string[],
): Pick<Invocation, "pool" | "image" | "snap" | "path"> {
  const words = [...positional];
  if (command === "ls") {
    return { pool: options.get("pool") ?? words[0] ?? "rbd", image: "", snap: "", path: "" };
  }
  const spec = options.get("image") ?? words.shift() ?? "";
  const [, pool, image = "", snap] = /^(?:([^/]*)\/)?([^@]*)(?:@(.*))?$/s.exec(spec) ?? [];
  const path = options.get("path") ?? words.shift() ?? "";
  if (image === "") throw new RbdFailure(22, "rbd: image name was not specified");
  if (path === "" && command !== "info") throw new RbdFailure(22, "rbd: path was not specified");
  return {
    pool: pool ?? options.get("pool") ?? "rbd",
    image,
    snap: snap ?? options.get("snap") ?? "",
    path,
  };
}
