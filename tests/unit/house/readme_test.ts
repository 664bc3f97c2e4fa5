/**
 * What the documents tell the reader to type or to write is correct: tasks, settings, messages.
 *
 * @module
 */
import { dirname, join } from "node:path/posix";
import { assert, assertEquals } from "@std/assert";
import { directPath } from "@/config/direct_path.ts";
import { OPTIONS } from "@/config/options.ts";
import { configOf } from "../../doubles/world.ts";
import { exists, filesEnding, readText, sourceFiles } from "./tree.ts";

interface Configuration {
  readonly tasks: Readonly<Record<string, string | { readonly description?: string }>>;
}

const { tasks }: Configuration = JSON.parse(readText("deno.json"));

Deno.test("readme: every task that a document or a script names exists", () => {
  const documents = filesEnding(".md", ".yml", "run");
  const named = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/\b(?:deno(?:@[\d.]+)? task|task "\$\w+") ([a-z][\w:]*)/g)].map((
      [, name = ""],
    ) => ({
      path,
      name,
    }))
  );
  assert(named.length > 0, "the documents name tasks");
  assertEquals(named.filter(({ name }) => !(name in tasks)), []);
});

Deno.test("readme: it has at most 300 lines", () => {
  assert(readText("README.md").split("\n").length <= 301);
});

Deno.test("readme: every task says what it is for", () => {
  const silent = Object.entries(tasks).filter(([, task]) =>
    typeof task === "string" || task.description === undefined
  );
  assertEquals(silent.map(([name]) => name), []);
});

Deno.test("documents: every file that they name exists", () => {
  const dangling = filesEnding(".md").flatMap(({ path, text }) => {
    const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[\w-]+)?\)/g)]
      .map(([, target = ""]) => join(dirname(path), target));
    const named = [...text.matchAll(/`((?:src|tests|\.ci|\.github)\/[\w./-]*)`/g)]
      .map(([, target = ""]) => target);
    return [...links, ...named].filter((target) => !exists(target))
      .map((target) => `${path} names ${target}`);
  });
  assertEquals(dangling, []);
});

/** The README's blocks of settings for nova.conf. */
const CONFS = [...readText("README.md").matchAll(/^```ini\n(.*?)^```$/gms)]
  .map(([, text = ""]) => text).filter((text) => !text.includes("glance-api.conf"));

Deno.test("readme: its nova.conf of each generation turns the direct path on, as client.nova", () => {
  const found = CONFS.map(configOf).filter((config) => directPath(config).enabled).map((config) => [
    directPath(config).by,
    config.get("glance.rbd_user") || config.get("libvirt.rbd_user"),
    config.get("glance.rbd_ceph_conf") || config.get("libvirt.images_rbd_ceph_conf"),
  ]);
  assertEquals(found, [
    ["[glance]enable_rbd_download", "nova", "/etc/ceph/ceph.conf"],
    ["[glance]allowed_direct_url_schemes", "nova", "/etc/ceph/ceph.conf"],
  ]);
});

Deno.test("readme: every setting that it shows is an option of the program", () => {
  const settings = CONFS.flatMap((text) => {
    let group = "";
    return text.split("\n").flatMap((line) => {
      group = /^\[(\w+)\]$/.exec(line)?.[1] ?? group;
      const name = /^(\w+) = /.exec(line)?.[1];
      return name === undefined ? [] : [[group, name] as const];
    });
  });
  assert(settings.length > 10);
  const options: Readonly<Record<string, object>> = OPTIONS;
  assertEquals(settings.filter(([group, name]) => !(name in (options[group] ?? {}))), []);
});

Deno.test("OPERATIONS.md: the symptoms that it quotes are what the program says", () => {
  const table =
    /^\| symptom [\s\S]*?(?=\n\n|$(?![\s\S]))/m.exec(readText(".github/OPERATIONS.md"))?.[0] ?? "";
  const quoted = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, text = ""]) => text);
  assert(quoted.length > 6, "the search finds the symptoms");
  const source = sourceFiles().map(({ text }) => text).join("\n").toLowerCase();
  // What stands between a quotation's variable parts has to be there; the rest a system says.
  const unknown = quoted.filter((text) =>
    !text.toLowerCase().split(/…|sha512|'[^']*'|: no locks available/).map((part) => part.trim())
      .every((part) => source.includes(part))
  );
  assertEquals(unknown, []);
});
