import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { withFiles } from "@lab/nova/folder.ts";
import { callFetch, hasPython, HOOK_FOLDER, PLAIN_NOVA, runPython } from "@lab/nova/python.ts";

const ignore = !hasPython("python3", "json");
const path = [HOOK_FOLDER, PLAIN_NOVA];

const LOADED = "import sys; print('\\n'.join(sorted(sys.modules)))";
const WRAPPED = "from nova.virt import images; print(hasattr(images.fetch, '__wrapped__'))";

Deno.test({ name: "sitecustomize is valid Python 3.8", ignore }, async () => {
  const text = await Deno.readTextFile(`${HOOK_FOLDER}/sitecustomize.py`);
  const check = "import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 8))";
  const { code, stderr } = await runPython(["-c", check], { input: text });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
});

Deno.test({
  name: "sitecustomize imports nothing but importlib at the start",
  ignore,
  fn: () =>
    withFiles({ "sitecustomize.py": "" }, async (folder) => {
      const without = await runPython(["-c", LOADED], { path: [folder] });
      const withHook = await runPython(["-c", LOADED], { path: [HOOK_FOLDER, folder] });
      const known = new Set(without.stdout.split("\n"));
      const added = withHook.stdout.split("\n").filter((name) => !known.has(name));
      for (const name of added) assertMatch(name, /^(_?importlib|contextlib|types|warnings)/);
    }),
});

Deno.test({ name: "sitecustomize wraps nova.virt.images.fetch", ignore }, async () => {
  const { stdout } = await runPython(["-c", WRAPPED], { path });
  assertEquals(stdout, "True\n");
});

Deno.test(
  { name: "sitecustomize wraps fetch again when the module is reloaded", ignore },
  async () => {
    const reload = "import importlib, nova.virt.images as i; i = importlib.reload(i); " +
      "print(hasattr(i.fetch, '__wrapped__'), hasattr(i.fetch.__wrapped__, '__wrapped__'))";
    const { stdout } = await runPython(["-c", reload], { path });
    assertEquals(stdout, "True False\n");
  },
);

Deno.test(
  { name: "sitecustomize keeps the module's source in reach of tracebacks", ignore },
  async () => {
    const source =
      "import inspect, nova.virt.images as i; print(inspect.getsource(i).splitlines()[0])";
    const { stdout } = await runPython(["-c", source], { path });
    assertStringIncludes(stdout, "What the hook sees");
  },
);

for (const flag of ["-E", "-I"]) {
  Deno.test({ name: `sitecustomize does nothing under python3 ${flag}`, ignore }, async () => {
    const seen =
      "import sys; print(any(type(f).__module__ == 'sitecustomize' for f in sys.meta_path))";
    const active = await runPython(["-c", seen], { path });
    const isolated = await runPython([flag, "-c", seen], { path });
    assertEquals([active.stdout, isolated.stdout], ["True\n", "False\n"]);
  });
}

Deno.test({
  name: "sitecustomize runs the one it hides, which then has the name",
  ignore,
  fn: () =>
    withFiles(
      { "sitecustomize.py": "import sys\nsys.path.append('added')\nHIDDEN = 1" },
      async (folder) => {
        const ask = "import sitecustomize, sys; print(sitecustomize.HIDDEN, 'added' in sys.path); ";
        const { stdout, stderr } = await runPython(["-c", ask + WRAPPED], {
          path: [...path, folder],
        });
        assertEquals({ stdout, stderr }, { stdout: "1 True\nTrue\n", stderr: "" });
      },
    ),
});

Deno.test({
  name: "sitecustomize leaves one that stands before it on sys.path alone",
  ignore,
  fn: () =>
    withFiles({ "sitecustomize.py": "print('first')" }, async (folder) => {
      const { stdout } = await runPython(["-c", "pass"], { path: [folder, ...path] });
      assertEquals(stdout, "first\n");
    }),
});

Deno.test({
  name: "sitecustomize survives an earlier one that chains to it, without a loop",
  ignore,
  fn: () => {
    const chain = "import importlib.machinery as m, importlib.util as u, sys\nprint('first')\n" +
      "spec = m.PathFinder.find_spec('sitecustomize', sys.path[1:])\n" +
      "spec.loader.exec_module(u.module_from_spec(spec))\n";
    return withFiles({ "sitecustomize.py": chain }, async (folder) => {
      const { stdout, stderr } = await runPython(["-c", WRAPPED], { path: [folder, ...path] });
      assertEquals({ stdout, stderr }, { stdout: "first\nTrue\n", stderr: "" });
    });
  },
});

Deno.test({
  name: "sitecustomize lets Python report a broken one as ever, and still works",
  ignore,
  fn: () =>
    withFiles({ "sitecustomize.py": "raise ValueError('broken')" }, async (folder) => {
      const { code, stdout, stderr } = await runPython(["-c", WRAPPED], {
        path: [...path, folder],
      });
      assertEquals({ code, stdout }, { code: 0, stdout: "True\n" });
      assertStringIncludes(stderr, "ValueError: broken");
    }),
});

Deno.test({
  name: "sitecustomize leaves a fetch with another signature alone, and says so",
  ignore,
  fn: () => {
    const files = {
      "nova/__init__.py": "",
      "nova/virt/__init__.py": "",
      "nova/virt/images.py": "def fetch(context, image): pass",
    };
    return withFiles(files, async (folder) => {
      const { stdout, stderr } = await runPython(["-c", WRAPPED], { path: [HOOK_FOLDER, folder] });
      assertEquals(stdout, "False\n");
      assertStringIncludes(
        stderr,
        "the signature is (context, image), expected (context, image_href",
      );
    });
  },
});

Deno.test({
  name: "sitecustomize passes an ImportError of nova.virt.images on",
  ignore,
  fn: () => {
    const files = {
      "nova/__init__.py": "",
      "nova/virt/__init__.py": "",
      "nova/virt/images.py": "raise ImportError('no qemu')",
    };
    return withFiles(files, async (folder) => {
      const { code, stderr } = await runPython(["-c", WRAPPED], { path: [HOOK_FOLDER, folder] });
      assertEquals(code, 1);
      assertMatch(stderr, /ImportError: no qemu\n$/);
    });
  },
});

Deno.test({
  name: "sitecustomize fetches with the program, and nova's own way stays unused",
  ignore,
}, async () => {
  const { outcomes: [outcome], call, path: file } = await callFetch(
    [{ standIn: "fetch", certs: ["cert-1"] }],
    {
      path,
      args: [
        "--config-file",
        "/a b.conf",
        "--config-dir=/d",
        "--log-file",
        "x",
        "--config-file=/c",
      ],
    },
  );
  assertEquals(outcome?.content, "verified");
  assertEquals([outcome?.own, outcome?.raised], [0, null]);
  assertEquals(call.argv, [
    ...["hook", "fetch", "-f", "json"],
    ...["--config-file=/a b.conf", "--config-dir=/d", "--config-file=/c"],
  ]);
  assertEquals(JSON.parse(call.stdin), {
    image_id: "0be1d1b3-5d3c-4b8e-9d55-0a36d5c4f2aa",
    path: file,
    trusted_certs: ["cert-1"],
    token: "the-token",
    service_token: null,
    endpoint: "http://glance",
    request_id: "req-1",
  });
});

Deno.test(
  { name: "sitecustomize keeps tokens out of arguments, environment and log", ignore },
  async () => {
    const { outcomes, call } = await callFetch(
      [{ standIn: "fail 69 source_unavailable" }, { standIn: "fail 65 digest_mismatch" }],
      { path },
    );
    assertStringIncludes(call.stdin, "the-token");
    assert(!JSON.stringify([call.argv, call.environment, outcomes]).includes("the-token"));
    assertStringIncludes(outcomes[0]?.log[0] ?? "", "by token '***'");
  },
);

Deno.test({
  name: "sitecustomize lets nova download when the program cannot, with one warning",
  ignore,
}, async () => {
  const { outcomes: [outcome] } = await callFetch([{ standIn: "fail 75 timeout" }], { path });
  assertEquals([outcome?.content, outcome?.own, outcome?.raised], ["by nova", 1, null]);
  assertEquals(outcome?.log, [
    "WARNING glance-direct cannot fetch image 0be1d1b3-5d3c-4b8e-9d55-0a36d5c4f2aa, so nova " +
    "downloads it: Cannot use image, by token '***' (timeout, status 75)",
  ]);
});

Deno.test({
  name: "sitecustomize raises nova's own exception for a bad image and leaves no file",
  ignore,
}, async () => {
  const { outcomes: [outcome] } = await callFetch([{ standIn: "fail 65 size_mismatch" }], { path });
  assertEquals([outcome?.content, outcome?.own], [null, 0]);
  assertEquals(outcome?.raised?.class, "nova.exception.ImageUnacceptable");
});
