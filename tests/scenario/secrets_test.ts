import { assert, assertEquals, assertMatch } from "@std/assert";
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
  signature: "canary-of-a-presigned-url-4715",
  userinfo: "canary-of-a-user-in-a-location-4716",
};

/** What rbd says again when it cannot read it (rook/rook#18240). */
const REPEATED = {
  "no base64": "AQB-canary-of-a-key-4715",
  "too short": btoa(CANARIES.secret),
  "of another type": "AgAA8VNlAAAAACAAAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
};

/** What processes of a host show to every other user, and the files that they make. */
interface Seen {
  readonly lines: string[];
  readonly environments: string[];
  readonly children: Set<string>;
  readonly files: Set<string>;
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
    ...Object.values(REPEATED),
    ...host.lab.glance.server.requests.map(({ headers }) => headers.get("x-auth-token") ?? key),
  ];

  const check = (ended: Ended, { environments, files, lines }: Seen) => {
    const left = filesOf(host, Infinity);
    const shown = JSON.stringify({
      ...ended,
      bytes: "",
      lines,
      environments,
      files: [...files],
      left,
    });
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
    ...Object.fromEntries(
      Object.entries(REPEATED).map(([what, repeated]) => [
        `a key that is ${what}, which rbd repeats`,
        async () => {
          const keyring = host.lab.ceph.keyring("nova");
          await Deno.writeTextFile(keyring, `[client.nova]\n\tkey = ${repeated}\n`);
          const flags = ["--force", "--source=rbd", "--no-fallback", "-vv"];
          const [ended, seen] = await watched(host, ["fetch", id, ...flags]);
          const examined = await host.run(["doctor", "rbd.keyring", "rbd.connect"]);
          await Deno.writeTextFile(keyring, `[client.nova]\n\tkey = ${key}\n`);
          failureOf(ended, 77);
          assertMatch(ended.stderr, /ceph auth get-key client\.nova|is of type aes256k/);
          assertMatch(examined.stdout, /ceph auth get-key client\.nova|is of type aes256k/);
          const stderr = ended.stderr + examined.stdout + examined.stderr;
          return [{ ...ended, stderr }, seen] as const;
        },
      ]),
    ),
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
    "a password of clouds.yaml that Keystone refuses": async () => {
      const directory = `${host.lab.directory}/openstack`;
      await Deno.mkdir(directory, { recursive: true });
      const auth = `auth_url: ${host.lab.keystone?.url}, username: nova, project_name: service, ` +
        "user_domain_name: Default, project_domain_name: Default";
      const text = `clouds: { test: { auth: { ${auth}, password: ${CANARIES.password} } } }\n`;
      await Deno.writeTextFile(`${directory}/clouds.yaml`, text);
      const [ended, seen] = await watched(
        host,
        ["fetch", id, "--force", "-vv", "--os-cloud=test"],
        {
          env: { XDG_CONFIG_HOME: host.lab.directory },
        },
      );
      failureOf(ended, 77);
      return [ended, seen];
    },
    "a prefetch, and doctor": async () => {
      const [first, seen] = await watched(host, ["prefetch", id, "-vv", SLOW]);
      assertEquals(first.status, 0, first.stderr);
      const [second, more] = await watched(host, ["doctor", "-vv"]);
      return [
        { ...second, stdout: first.stdout + second.stdout, stderr: first.stderr + second.stderr },
        { ...seen, lines: [...seen.lines, ...more.lines] },
      ];
    },
    "locations that are keys themselves, in every command that names them": async () => {
      const urls = [
        `https://bucket.example/img?X-Amz-Signature=${CANARIES.signature}`,
        `rbd://u:${CANARIES.userinfo}@fsid/pool/image/snap`,
        `swift+https://t:u:${CANARIES.userinfo}/x@host/c/o?s=${CANARIES.signature}`,
      ];
      const ids = urls.map((url) => host.lab.glance.add({ url, content: CONTENT }).id);
      const commands = [["doctor", "-vv"]].concat(...ids.map((one) => [
        ["show", one, "-vv"],
        ["fetch", one, "--dry-run", "-vv"],
        ["fetch", one, "-vv"],
        ["fetch", one, "--force", "--source=rbd", "-vv"],
      ]));
      let [all, seen] = await watched(host, ["cache", "list", "-vv"]);
      for (const command of commands) {
        const [ended, more] = await watched(host, command);
        all = { ...all, stdout: all.stdout + ended.stdout, stderr: all.stderr + ended.stderr };
        seen = { ...seen, lines: [...seen.lines, ...more.lines] };
      }
      assert(all.stdout.includes("https://bucket.example/img?…"), "the location was shown");
      for (const one of ids) host.lab.glance.delete(one);
      return [all, seen];
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
  return { lines: [], environments: [], children: new Set(), files: new Set() };
}

/** The program's own environment is its user's choice; a child's is the program's. */
function look(host: Host, pid: number, seen: Seen): void {
  for (const text of filesOf(host, SMALL)) seen.files.add(text);
  for (const { name } of Deno.readDirSync("/proc")) {
    const line = /^\d+$/.test(name) ? textOf(`/proc/${name}/cmdline`) : "";
    if (!line.includes(host.lab.directory)) continue;
    seen.lines.push(line);
    if (Number(name) === pid) continue;
    seen.environments.push(textOf(`/proc/${name}/environ`));
    if (line.includes("/rbd")) seen.children.add("rbd");
  }
}

/** Bytes up to which a file is read while the program runs: the image itself is longer. */
const SMALL = 1 << 16;

/** Names of all that lies where the program may write, and texts of what is not longer than that. */
function filesOf(host: Host, longest: number): readonly string[] {
  const found: string[] = [];
  const walk = (directory: string) => {
    for (const { isDirectory, name } of Deno.readDirSync(directory)) {
      const path = `${directory}/${name}`;
      if (isDirectory) walk(path);
      else found.push(path, contentOf(path, longest));
    }
  };
  walk(host.lab.instances);
  return found;
}

/** Empty for a file that is longer, or has gone meanwhile. */
function contentOf(path: string, longest: number): string {
  try {
    if (Deno.statSync(path).size > longest) return "";
    return new TextDecoder("latin1").decode(Deno.readFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
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
