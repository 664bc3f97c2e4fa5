import { assert, assertEquals } from "@std/assert";
import { dense, noise } from "@lab/embedded/content.ts";
import { Host } from "./host.ts";
import { type Ended, failureOf, resultOf } from "./program.ts";

const CONTENT = dense(noise(4 << 20));
const raw = { diskFormat: "raw", content: CONTENT } as const;

/** Slow enough to look at what runs. */
const SLOW = "--limit-rate=2M";

/** Given by the user of a run; Keystone knows none of them. */
const CANARIES = {
  token: "gAAAAAB-canary-of-a-token-4711",
  service: "gAAAAAB-canary-of-a-service-token-4712",
  password: "canary-of-a-password-4713",
  secret: "canary-of-an-application-credential-4714",
};

/** What processes of a host show to every other user, and the files that they make. */
interface Seen {
  readonly lines: string[];
  readonly environments: string[];
  readonly children: Set<string>;
}

Deno.test("secrets are in no output, argument, child's environment or file of any run", async (t) => {
  await using host = new Host({ keystone: true });
  const { id } = host.lab.addImage(raw);
  const key = /key = (\S+)/.exec(await Deno.readTextFile(host.lab.ceph.keyring("nova")))?.[1] ?? "";
  const conf = await Deno.readTextFile(host.lab.novaConf);
  const password = /^password = (.+)$/m.exec(conf)?.[1] ?? "";
  assert(key.length > 20 && password !== "");

  /** Everything that counts as a secret by now. */
  const secrets = () => [
    key,
    password,
    ...Object.values(CANARIES),
    ...host.lab.glance.server.requests.map(({ headers }) => headers.get("x-auth-token") ?? key),
  ];

  const check = (ended: Ended, seen: Seen) => {
    const texts = { ...ended, bytes: "", lines: seen.lines, environments: seen.environments };
    const shown = JSON.stringify({ ...texts, files: filesOf(host) });
    for (const secret of new Set(secrets())) {
      assert(!shown.includes(secret), `'${secret}' is in ${around(shown, secret)}`);
    }
  };

  const cases: Readonly<Record<string, () => Promise<readonly [Ended, Seen]>>> = {
    "a fetch from Ceph": async () => {
      const [ended, seen] = await watched(host, ["fetch", id, "-vv", SLOW]);
      assertEquals(resultOf(ended).source, "rbd");
      assert(seen.children.has("rbd"), "the stand-in was looked at");
      return [ended, seen];
    },
    "a fetch from Glance, traced as JSON": () =>
      watched(host, ["fetch", id, "--force", "--source=glance", "-vv", "--log-format=json"]),
    "a fetch that Ceph refuses": async () => {
      const keyring = host.lab.ceph.keyring("nova");
      await Deno.writeTextFile(keyring, `[client.nova]\n\tkey = ${btoa(CANARIES.secret)}\n`);
      const flags = ["--force", "--source=rbd", "--no-fallback", "-vv"];
      const [ended, seen] = await watched(host, ["fetch", id, ...flags]);
      await Deno.writeTextFile(keyring, `[client.nova]\n\tkey = ${key}\n`);
      failureOf(ended, 77);
      assert(!ended.stderr.includes(btoa(CANARIES.secret)), ended.stderr);
      return [ended, seen];
    },
    "a token of the environment that Glance refuses": async () => {
      const env = { OS_TOKEN: CANARIES.token, OS_PASSWORD: CANARIES.password };
      const endpoint = { OS_ENDPOINT: host.lab.glance.url };
      const [ended, seen] = await watched(host, ["fetch", id, "--force", "-vv"], {
        env: { ...env, ...endpoint },
      });
      assert(ended.status !== 0);
      return [ended, seen];
    },
    "a password of nova.conf that Keystone refuses": async () => {
      await Deno.writeTextFile(host.lab.novaConf, conf.replace(password, CANARIES.password));
      const [ended, seen] = await watched(host, ["fetch", id, "--force", "-vv"]);
      await Deno.writeTextFile(host.lab.novaConf, conf);
      failureOf(ended, 77);
      return [ended, seen];
    },
    "a line of nova.conf that is no option": async () => {
      await Deno.writeTextFile(host.lab.novaConf, `${conf}\n${CANARIES.password} ${password}\n`);
      const [ended, seen] = await watched(host, ["fetch", id, "-vv"]);
      await Deno.writeTextFile(host.lab.novaConf, conf);
      failureOf(ended, 78);
      return [ended, seen];
    },
    "nova's hook": () => {
      const { service: service_token, token } = CANARIES;
      const path = `${host.lab.instances}/disk.part`;
      const endpoint = host.lab.glance.url;
      const input = JSON.stringify({ image_id: id, path, token, service_token, endpoint });
      return watched(host, ["hook", "fetch", "-vv"], { input });
    },
    "a hook's request that is no JSON": () =>
      watched(host, ["hook", "fetch", "-vv"], { input: `{"token":"${CANARIES.token}",,}` }),
    "config show": () => watched(host, ["config", "show"]),
    "a crash": async () => {
      const running = await host.start(["fetch", id, "--force", "-vv", SLOW]);
      await host.lab.ceph.reached();
      running.kill("SIGABRT");
      return [await running.ended, empty()];
    },
  };
  for (const [name, run] of Object.entries(cases)) {
    await t.step(name, async () => check(...await run()));
  }
});

/** Runs the program and looks at what runs for this host every few milliseconds. */
async function watched(
  host: Host,
  args: readonly string[],
  options: Parameters<Host["start"]>[1] = {},
): Promise<readonly [Ended, Seen]> {
  const seen = empty();
  const running = await host.start(args, options);
  let isOver = false;
  running.ended.finally(() => isOver = true);
  while (!isOver) {
    look(host, running.pid, seen);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return [await running.ended, seen];
}

function empty(): Seen {
  return { lines: [], environments: [], children: new Set() };
}

/** The program's own environment is its user's choice; a child's is the program's. */
function look(host: Host, pid: number, seen: Seen): void {
  for (const { name } of Deno.readDirSync("/proc")) {
    const line = /^\d+$/.test(name) ? textOf(`/proc/${name}/cmdline`) : "";
    if (!line.includes(host.lab.directory)) continue;
    seen.lines.push(line);
    if (Number(name) === pid) continue;
    seen.environments.push(textOf(`/proc/${name}/environ`));
    if (line.includes("/rbd")) seen.children.add("rbd");
  }
}

/** Names and texts of all that lies where the program may write. */
function filesOf(host: Host): readonly string[] {
  const found: string[] = [];
  const walk = (directory: string) => {
    for (const { isDirectory, name } of Deno.readDirSync(directory)) {
      const path = `${directory}/${name}`;
      if (isDirectory) walk(path);
      else found.push(path, new TextDecoder("latin1").decode(Deno.readFileSync(path)));
    }
  };
  walk(host.lab.instances);
  return found;
}

function around(text: string, word: string): string {
  const place = text.indexOf(word);
  return text.slice(Math.max(0, place - 200), place + word.length + 100);
}

/** Empty for a process that has ended meanwhile. */
function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
