/**
 * What an attacker who has taken over the thread of a transfer would try. Runs in a Worker with the
 * permissions of a task; each attempt returns what it got.
 *
 * @module
 */

/** Where the attempts lead. */
export interface EscapeRoutes {
  /** The cache directory, which the thread may read and write. */
  readonly cache: string;
  /** A directory beside it, with the file `secret` and nothing of the thread's business. */
  readonly outside: string;
  /** A server that the thread may not ask, `host:port`. */
  readonly server: string;
  /** The program that the thread may start. */
  readonly program: string;
}

/** How an attempt ended: the name of the error that refused it, or what it got. */
export type EscapeOutcome =
  | { readonly refused: string; readonly message: string }
  | { readonly got: string };

/** What came of everything. */
export interface EscapeAnswer {
  /** By attempt. */
  readonly outcomes: Readonly<Record<string, EscapeOutcome>>;
  /** Permissions that were given when asked for. */
  readonly granted: readonly string[];
}

type Attempt = (routes: EscapeRoutes) => unknown;

/** Computed, so that no bundler and no type checker follows it. */
const load = (specifier: string) => import(specifier);

/** Each must be refused. */
export const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  "ask another server": ({ server }) => fetch(`http://${server}/`),
  "connect to another server": ({ server: at }) => {
    const { hostname, port } = new URL(`http://${at}`);
    return Deno.connect({ hostname, port: Number(port) });
  },
  "send through a proxy": ({ server }) =>
    Deno.createHttpClient({ proxy: { url: `http://${server}` } }),
  "listen": () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  "resolve a name": () => Deno.resolveDns("example.com", "A"),
  "read outside the cache": ({ outside }) => Deno.readTextFileSync(`${outside}/secret`),
  "read outside by way of the cache": ({ cache, outside }) =>
    Deno.readTextFileSync(`${cache}/../${outside.split("/").at(-1)}/secret`),
  "list outside the cache": ({ outside }) => [...Deno.readDirSync(outside)],
  "write outside the cache": ({ outside }) => Deno.writeTextFileSync(`${outside}/new`, "x"),
  "make a symbolic link out of the cache": ({ cache, outside }) =>
    Deno.symlinkSync(outside, `${cache}/link`),
  "create through a symbolic link that lies there": ({ cache }) =>
    Deno.openSync(`${cache}/planted`, { write: true, createNew: true }),
  "bring a file in by a hard link": ({ cache, outside }) =>
    Deno.linkSync(`${outside}/secret`, `${cache}/taken`),
  "take a file out by renaming": ({ cache, outside }) =>
    Deno.renameSync(`${cache}/own`, `${outside}/own`),
  "read the environment of the process": () => Deno.readTextFileSync("/proc/self/environ"),
  "read its memory map": () => Deno.readTextFileSync("/proc/self/maps"),
  "start another program": () => new Deno.Command("/bin/sh", { args: ["-c", ":"] }).outputSync(),
  "start a program from the cache": ({ cache }) => new Deno.Command(`${cache}/own`).outputSync(),
  "preload code into its own program": ({ cache, program }) =>
    new Deno.Command(program, { clearEnv: true, env: { LD_PRELOAD: `${cache}/own` } }).outputSync(),
  "read a variable": () => Deno.env.get("HOME"),
  "list the variables": () => Deno.env.toObject(),
  "set a variable": () => Deno.env.set("HTTP_PROXY", "http://127.0.0.1:1"),
  "learn the host's name": () => Deno.hostname(),
  "load native code": ({ cache }) => Deno.dlopen(`${cache}/own`, {}),
  "import a remote module": () => load("https://example.com/x.ts"),
  "import a module outside the cache": ({ outside }) => load(`file://${outside}/module.js`),
  "start a thread that may do more": () =>
    new Worker("data:text/javascript,", {
      type: "module",
      deno: { permissions: { env: true } },
    }),
};

/** Asks for every permission; each must stay denied. */
export async function ask(): Promise<readonly string[]> {
  const kinds = ["run", "read", "write", "net", "env", "sys", "ffi", "import"] as const;
  const states = await Promise.all(kinds.map(async (name) => {
    const { state } = await Deno.permissions.request({ name });
    return state === "granted" ? [name] : [];
  }));
  return states.flat();
}

async function outcomeOf(attempt: Attempt, routes: EscapeRoutes): Promise<EscapeOutcome> {
  try {
    // A module has no text of its own.
    return { got: Object.prototype.toString.call(await attempt(routes)) };
  } catch (error) {
    const { message, name } = error as Error;
    return { refused: name, message };
  }
}

/** The compiler's library knows only a window's own side of a channel. */
const port = globalThis as unknown as {
  onmessage: (event: MessageEvent<EscapeRoutes>) => void;
  postMessage(message: unknown): void;
};

async function answer(routes: EscapeRoutes): Promise<void> {
  await Deno.writeTextFile(`${routes.cache}/own`, "");
  const outcomes: Record<string, EscapeOutcome> = {};
  for (const [name, attempt] of Object.entries(ATTEMPTS)) {
    outcomes[name] = await outcomeOf(attempt, routes);
  }
  port.postMessage({ outcomes, granted: await ask() });
}

// The test imports this module for the names of the attempts; only a Worker answers.
if ("WorkerGlobalScope" in globalThis) {
  port.onmessage = ({ data }) => void answer(data);
}
