/**
 * The hook's Python module under the real Python: its cost, how it loads, and what it does not
 * change.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { withFiles } from "../doubles/folder.ts";
import { callFetch, HOOK_FOLDER, PLAIN_NOVA, python } from "@lab/nova/python.ts";
import { peerTest } from "./peer.ts";

const path = [HOOK_FOLDER, PLAIN_NOVA];

/** A test that needs Python, but nothing of OpenStack. */
const test = (name: string, run: () => Promise<void>) => peerTest(name, { modules: ["json"] }, run);

const LOADED = "import sys; print('\\n'.join(sorted(sys.modules)))";
const WRAPPED = "from nova.virt import images; print(hasattr(images.fetch, '__wrapped__'))";

test("sitecustomize is valid Python 3.8", async () => {
  const text = await Deno.readTextFile(`${HOOK_FOLDER}/sitecustomize.py`);
  const check = "import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 8))";
  const { code, stderr } = await python(["-c", check], { input: text });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
});

test("sitecustomize imports nothing but importlib at the start", () =>
  withFiles({ "sitecustomize.py": "" }, async (folder) => {
    const without = await python(["-c", LOADED], { path: [folder] });
    const withHook = await python(["-c", LOADED], { path: [HOOK_FOLDER, folder] });
    const known = new Set(without.stdout.split("\n"));
    const added = withHook.stdout.split("\n").filter((name) => !known.has(name));
    for (const name of added) assertMatch(name, /^(_?importlib|contextlib|types|warnings)/);
  }));

test("sitecustomize wraps nova.virt.images.fetch", async () => {
  const { stdout } = await python(["-c", WRAPPED], { path });
  assertEquals(stdout, "True\n");
});

test("sitecustomize wraps fetch again when the module is reloaded", async () => {
  const reload = "import importlib, nova.virt.images as i; i = importlib.reload(i); " +
    "print(hasattr(i.fetch, '__wrapped__'), hasattr(i.fetch.__wrapped__, '__wrapped__'))";
  const { stdout } = await python(["-c", reload], { path });
  assertEquals(stdout, "True False\n");
});

test("sitecustomize keeps the module's source available to tracebacks", async () => {
  const source =
    "import inspect, nova.virt.images as i; print(inspect.getsource(i).splitlines()[0])";
  const { stdout } = await python(["-c", source], { path });
  assertStringIncludes(stdout, "What the hook sees");
});

for (const flag of ["-E", "-I"]) {
  test(`sitecustomize does nothing under python3 ${flag}`, async () => {
    const seen =
      "import sys; print(any(type(f).__module__ == 'sitecustomize' for f in sys.meta_path))";
    const active = await python(["-c", seen], { path });
    const isolated = await python([flag, "-c", seen], { path });
    assertEquals([active.stdout, isolated.stdout], ["True\n", "False\n"]);
  });
}

test("sitecustomize runs the module that it hides, under its name", () =>
  withFiles(
    { "sitecustomize.py": "import sys\nsys.path.append('added')\nHIDDEN = 1" },
    async (folder) => {
      const ask = "import sitecustomize, sys; print(sitecustomize.HIDDEN, 'added' in sys.path); ";
      const { stdout, stderr } = await python(["-c", ask + WRAPPED], {
        path: [...path, folder],
      });
      assertEquals({ stdout, stderr }, { stdout: "1 True\nTrue\n", stderr: "" });
    },
  ));

test("sitecustomize does not touch a module before it on sys.path", () =>
  withFiles({ "sitecustomize.py": "print('first')" }, async (folder) => {
    const { stdout } = await python(["-c", "pass"], { path: [folder, ...path] });
    assertEquals(stdout, "first\n");
  }));

test("sitecustomize survives an earlier one that chains to it, without a loop", () => {
  const chain = "import importlib.machinery as m, importlib.util as u, sys\nprint('first')\n" +
    "spec = m.PathFinder.find_spec('sitecustomize', sys.path[1:])\n" +
    "spec.loader.exec_module(u.module_from_spec(spec))\n";
  return withFiles({ "sitecustomize.py": chain }, async (folder) => {
    const { stdout, stderr } = await python(["-c", WRAPPED], { path: [folder, ...path] });
    assertEquals({ stdout, stderr }, { stdout: "first\nTrue\n", stderr: "" });
  });
});

test("sitecustomize lets Python report a broken module as usual, and still works", () =>
  withFiles({ "sitecustomize.py": "raise ValueError('broken')" }, async (folder) => {
    const { code, stdout, stderr } = await python(["-c", WRAPPED], {
      path: [...path, folder],
    });
    assertEquals({ code, stdout }, { code: 0, stdout: "True\n" });
    assertStringIncludes(stderr, "ValueError: broken");
  }));

test("sitecustomize does not wrap a fetch with another signature, and says so", () => {
  const files = {
    "nova/__init__.py": "",
    "nova/virt/__init__.py": "",
    "nova/virt/images.py": "def fetch(context, image): pass",
  };
  return withFiles(files, async (folder) => {
    const { stdout, stderr } = await python(["-c", WRAPPED], { path: [HOOK_FOLDER, folder] });
    assertEquals(stdout, "False\n");
    assertStringIncludes(
      stderr,
      "the signature is (context, image), expected (context, image_href",
    );
  });
});

test("sitecustomize passes an ImportError of nova.virt.images on", () => {
  const files = {
    "nova/__init__.py": "",
    "nova/virt/__init__.py": "",
    "nova/virt/images.py": "raise ImportError('no qemu')",
  };
  return withFiles(files, async (folder) => {
    const { code, stderr } = await python(["-c", WRAPPED], { path: [HOOK_FOLDER, folder] });
    assertEquals(code, 1);
    assertMatch(stderr, /ImportError: no qemu\n$/);
  });
});

test("sitecustomize fetches with the program, and nova's own download is not used", async () => {
  const config = ["--config-file", "/a b.conf", "--config-dir=/d", "--config-file=/c"];
  const args = ["--log-file", "x", ...config, "--nodebug"];
  const [outcome] = await callFetch([{ standIn: "fetch", certs: ["cert-1"] }], { path, args });
  assertEquals(outcome?.content, "verified");
  assertEquals([outcome?.own, outcome?.raised], [0, null]);
  assertEquals(outcome?.call?.argv, [
    ...["hook", "fetch", "-f", "json"],
    ...["--config-file=/a b.conf", "--config-dir=/d", "--config-file=/c"],
  ]);
  const { path: file, ...request } = JSON.parse(outcome?.call?.stdin ?? "{}");
  assertMatch(file, /\/base\.part$/);
  assertEquals(request, {
    image_id: "0be1d1b3-5d3c-4b8e-9d55-0a36d5c4f2aa",
    trusted_certs: ["cert-1"],
    token: "the-token",
    service_token: null,
    endpoint: "http://glance",
    request_id: "req-1",
  });
});

test("sitecustomize keeps tokens out of arguments, environment and log", async () => {
  const outcomes = await callFetch(
    [{ standIn: "fail 69 source_unavailable" }, { standIn: "fail 65 digest_mismatch" }],
    { path },
  );
  assertStringIncludes(outcomes[0]?.call?.stdin ?? "", "the-token");
  const text = JSON.stringify(outcomes, (key, value) => key === "stdin" ? undefined : value);
  assert(!text.includes("the-token"));
  assertStringIncludes(outcomes[0]?.log[0] ?? "", "by token '***'");
});

test("sitecustomize logs which source served an image, and which should have", async () => {
  const outcomes = await callFetch([{ standIn: "fetch" }, { standIn: "fetch by glance" }], {
    path,
  });
  const image = "image 0be1d1b3-5d3c-4b8e-9d55-0a36d5c4f2aa";
  assertEquals(outcomes.map(({ log }) => log), [
    [`INFO glance-direct fetched ${image} from rbd in 0.5 s`],
    [
      `WARNING glance-direct could not fetch ${image} from rbd: No such pool`,
      `INFO glance-direct fetched ${image} from glance in 0.5 s`,
    ],
  ]);
});

test("sitecustomize logs the program's warnings, which only nova reads", async () => {
  const [outcome] = await callFetch([{ standIn: "fetch with a warning" }], { path });
  assertEquals(outcome?.log, [
    "WARNING glance-direct says of image 0be1d1b3-5d3c-4b8e-9d55-0a36d5c4f2aa: No metrics, by token '***'",
    "INFO glance-direct fetched image 0be1d1b3-5d3c-4b8e-9d55-0a36d5c4f2aa from rbd in 0.5 s",
  ]);
});

test("sitecustomize lets nova download when the program cannot, with one warning", async () => {
  const [outcome] = await callFetch([{ standIn: "fail 75 timeout" }], { path });
  assertEquals([outcome?.content, outcome?.own, outcome?.raised], ["by nova", 1, null]);
  assertEquals(outcome?.log, [
    "WARNING glance-direct cannot fetch image 0be1d1b3-5d3c-4b8e-9d55-0a36d5c4f2aa, so nova " +
    "downloads it: Cannot use image, by token '***' (timeout, status 75)",
  ]);
});

test("sitecustomize raises nova's own exception for a bad image and leaves no file", async () => {
  const [outcome] = await callFetch([{ standIn: "fail 65 size_mismatch" }], { path });
  assertEquals([outcome?.content, outcome?.own], [null, 0]);
  assertEquals(outcome?.raised?.class, "nova.exception.ImageUnacceptable");
});

/** Ends a program that may not be told, and one that a dead disk keeps: no signal ends either. */
const STUCK = `
import importlib.util, subprocess, sys
spec = importlib.util.spec_from_file_location("hook", sys.argv[1])
hook = importlib.util.module_from_spec(spec)
spec.loader.exec_module(hook)
class Stuck:
    pid = 2 ** 31 - 1
    def __init__(self, refusal):
        self.refusal = refusal
    def send_signal(self, number):
        if self.refusal:
            raise self.refusal
    def wait(self, timeout=None):
        if timeout is None:
            sys.exit("waits for ever")
        raise subprocess.TimeoutExpired("glance-direct", timeout)
for refusal in (None, PermissionError(1, "Operation not permitted")):
    hook._stop(Stuck(refusal))
print("went on")`;

test("sitecustomize does not wait for a program that no signal ends", async () => {
  const { stdout, stderr } = await python(["-c", STUCK, `${HOOK_FOLDER}/sitecustomize.py`]);
  assertEquals({ stdout, stderr }, { stdout: "went on\n", stderr: "" });
});
