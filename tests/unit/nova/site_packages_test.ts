/**
 * Which directory belongs to an interpreter: layouts of venvs and of the distributions.
 *
 * @module
 */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { ToolError } from "@/errors.ts";
import { chosenDirectory, expectNova, type SiteChoice } from "@/nova/site_packages.ts";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../../doubles/folder.ts";

/** Layouts: name, files, interpreter, and the directory that it stands for. */
const LAYOUTS = [
  [
    "a venv",
    ["venv/lib/python3.12/site-packages/nova/x"],
    "/venv/bin/python3",
    "/venv/lib/python3.12/site-packages",
  ],
  [
    "a venv of two versions, by its pyvenv.cfg",
    ["venv/lib/python3.11/site-packages/x", "venv/lib/python3.9/site-packages/x"],
    "/venv/bin/python3",
    "/venv/lib/python3.9/site-packages",
  ],
  [
    "a venv of two versions, by where nova is",
    [
      "venv/lib/python3.11/site-packages/nova-31.0.0.dist-info/x",
      "venv/lib/python3.9/site-packages/x",
    ],
    "/venv/bin/python3",
    "/venv/lib/python3.11/site-packages",
  ],
  [
    "a versioned interpreter",
    ["opt/lib/python3.11/site-packages/x", "opt/lib/python3.9/site-packages/x"],
    "/opt/bin/python3.11",
    "/opt/lib/python3.11/site-packages",
  ],
  [
    "Debian's Python",
    ["usr/lib/python3/dist-packages/nova/x", "usr/lib/python3.11/dist-packages/x"],
    "/usr/bin/python3",
    "/usr/lib/python3/dist-packages",
  ],
  [
    "Debian's Python with nova from pip",
    ["usr/lib/python3/dist-packages/x", "usr/local/lib/python3.13/dist-packages/nova/x"],
    "/usr/bin/python3",
    "/usr/local/lib/python3.13/dist-packages",
  ],
  [
    "RDO's Python",
    ["usr/lib64/python3.9/site-packages/x", "usr/lib/python3.9/site-packages/nova/x"],
    "/usr/bin/python3.9",
    "/usr/lib/python3.9/site-packages",
  ],
] as const;

for (const [name, paths, python, expected] of LAYOUTS) {
  Deno.test(`chosenDirectory() recognises ${name}`, () => {
    const files = Object.fromEntries(paths.map((path) => [path, ""]));
    const more = { "venv/pyvenv.cfg": "home = /usr/bin\nversion = 3.9.2\n", [python.slice(1)]: "" };
    return withFiles({ ...files, ...more }, async (root) => {
      await Deno.chmod(join(root, python), 0o755);
      assertEquals(chosenDirectory(systemFiles, root, { python }), expected);
    });
  });
}

Deno.test("chosenDirectory() prefers the versioned name to a link, as in Kolla's venv", () =>
  withFiles({ "venv/lib/python3.12/site-packages/nova/x": "", "venv/bin/x": "" }, async (root) => {
    await Deno.symlink("python3.12", join(root, "venv/lib/python3"));
    await Deno.symlink("/usr/bin/python3.12", join(root, "venv/bin/python3"));
    const directory = chosenDirectory(systemFiles, root, { python: "/venv/bin/python3" });
    assertEquals(directory, "/venv/lib/python3.12/site-packages");
    const named = { sitePackages: "/venv/lib/python3/site-packages" };
    assertEquals(chosenDirectory(systemFiles, root, named), named.sitePackages);
  }));

/** What is refused, and why. */
const REFUSED: readonly (readonly [string, SiteChoice, string])[] = [
  ["a program that is no Python", { python: "/bin/ls" }, "it is not a Python interpreter"],
  ["a Python that is not there", { python: "/none/bin/python3" }, "it is not a Python interpreter"],
  ["a file that cannot be run", { python: "/venv/bin/python3" }, "it is not a Python interpreter"],
  ["a directory", { python: "/venv/lib/python3.12" }, "it is not a Python interpreter"],
  ["no directory", { sitePackages: "/none" }, "there is no such directory"],
  ["a file", { sitePackages: "/bin/ls" }, "there is no such directory"],
  ["both", { python: "/a", sitePackages: "/b" }, "they name the same thing twice"],
  [
    "a Python without libraries",
    { python: "/bare/bin/python3" },
    "there is no site-packages below",
  ],
];

for (const [name, choice, why] of REFUSED) {
  Deno.test(`chosenDirectory() refuses ${name}`, () => {
    const names = ["venv/lib/python3.12/site-packages/x", "venv/bin/python3", "bin/ls"];
    const files = Object.fromEntries([...names, "bare/bin/python3"].map((path) => [path, ""]));
    return withFiles(files, async (root) => {
      await Deno.chmod(join(root, "bin/ls"), 0o755);
      await Deno.chmod(join(root, "bare/bin/python3"), 0o755);
      const error = assertThrows(() => chosenDirectory(systemFiles, root, choice), ToolError);
      assertEquals(error.code, "usage");
      assertStringIncludes(error.message, why);
    });
  });
}

const VENV = "/venv/lib/python3.11/site-packages";

for (
  const name of ["nova", "nova-31.0.0.dist-info", "nova-26.2.2.egg-info", "nova.egg-link"]
) {
  Deno.test(`expectNova() recognises '${name}' as nova`, () =>
    withFiles({ [`${VENV.slice(1)}/${name}/x`]: "" }, (root) => {
      expectNova(systemFiles, root, VENV);
      return Promise.resolve();
    }));
}

for (const name of ["novaclient", "python_novaclient-18.0.dist-info", "nova_powervm", "nova.txt"]) {
  Deno.test(`expectNova() does not recognise '${name}' as nova`, () =>
    withFiles({ [`${VENV.slice(1)}/${name}/x`]: "" }, (root) => {
      assertThrows(() => expectNova(systemFiles, root, VENV), ToolError, "nova is not installed");
      return Promise.resolve();
    }));
}

for (const shared of [true, false]) {
  Deno.test(`expectNova() looks at the system's packages where a venv does: ${shared}`, () => {
    const files = {
      "venv/pyvenv.cfg": `home = /usr/bin\ninclude-system-site-packages = ${shared}\n`,
      [`${VENV.slice(1)}/x`]: "",
      "usr/lib/python3/dist-packages/nova/x": "",
    };
    return withFiles(files, (root) => {
      if (shared) expectNova(systemFiles, root, VENV);
      else assertThrows(() => expectNova(systemFiles, root, VENV), ToolError);
      return Promise.resolve();
    });
  });
}
