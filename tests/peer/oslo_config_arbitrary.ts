/**
 * Unusual configurations, made from the words about which the two readers could differ.
 *
 * @module
 */
import fc from "fast-check";
import type { OptionGroups } from "@/config/option_spec.ts";
import { OPTIONS } from "@/config/options.ts";
import type { OsloCase } from "./oslo_config_case.ts";

const TABLE: OptionGroups = OPTIONS;

/** Not our own types, which are texts to oslo.config, nor `auth_section`, which is keystoneauth's. */
const SPECS = new Map(
  Object.entries(TABLE).flatMap(([group, options]) =>
    Object.entries(options)
      .filter(([name, { type }]) =>
        type !== "size" && type !== "duration" && name !== "auth_section"
      )
      .map(([name, spec]) => [`${group}.${name}`, spec] as const)
  ),
);
const KEYS = [...SPECS.keys()];
const DEPRECATED = [...SPECS.values()].flatMap((spec) => spec.deprecated ?? []).map(lastPart);

function lastPart(full: string): string {
  return full.slice(full.indexOf(".") + 1);
}

/** Also what must not be found: other spellings, and names of other groups. */
const NAMES = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...KEYS.map(lastPart)) },
  { weight: 3, arbitrary: fc.constantFrom(...DEPRECATED) },
  { weight: 1, arbitrary: fc.constantFrom("rbd-user", "RBD_USER", "nosuch", " rbd_user ", "a b") },
);
const GROUPS = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...Object.keys(TABLE), "ssl") },
  { weight: 1, arbitrary: fc.constantFrom("GLANCE", "Libvirt", "default", "nosuch", " glance") },
);

/** What is put into another text differs on purpose: lists, floats, and what nova finds on the host. */
const ALIKE = [...SPECS].filter(([, { ofHost, type }]) =>
  !ofHost && !/^(?:list|multistr|float)$/.test(type)
).map(([key]) => key);
const REFERENCES = fc.oneof(
  fc.constantFrom(...ALIKE),
  fc.constantFrom("nosuch", "glance", "state_path.x", "DEFAULT.state_path", "glance.nosuch", "X"),
  fc.constantFrom(...DEPRECATED),
).chain((key) => fc.constantFrom(key, lastPart(key)));

const WORD = fc.oneof(
  fc.constantFrom("true", "No", "1", "0", "-1", "12", "+3", "1_0", "1.5", "1e3", ".5"),
  fc.constantFrom("raw", "rbd", "internal", "public", "password", "a", "B", "grün", "🙂", "K"),
  fc.constantFrom("compute1", "10.0.0.1", "::1", "a.b.", "a_b", "http://x:9292/?a=b", "/var/lib"),
  fc.constantFrom("$", "$$", "\\$", "\\", "${", "}", "#", ";", "=", ":", '"', "'", ",", "[", "]"),
  fc.constantFrom(
    " ",
    "\t",
    "\u00a0",
    "\u3000",
    "\u0085",
    "\u2028",
    "\u001c",
    "\v",
    "\f",
    "\u200b",
  ),
  // Digits of other scripts make numbers for Python only (an intended difference).
  fc.string({ unit: "grapheme-composite", maxLength: 4 }).map((text) =>
    text.replace(/\p{Nd}/gu, "7")
  ),
);
const REFERENCE = fc.tuple(REFERENCES, fc.boolean()).map(([name, braced]) =>
  braced ? `\${${name}}` : `$${name}`
);
const TEXT = fc.oneof(
  { weight: 5, arbitrary: WORD },
  { weight: 3, arbitrary: REFERENCE },
  {
    weight: 3,
    arbitrary: fc.array(fc.oneof(WORD, REFERENCE), { maxLength: 6 }).map((parts) => parts.join("")),
  },
  { weight: 2, arbitrary: fc.array(WORD, { maxLength: 4 }).map((parts) => parts.join(", ")) },
  { weight: 1, arbitrary: WORD.map((word) => `"${word}"`) },
);
const SEPARATOR = fc.constantFrom(" = ", "=", ": ", ":", " =\t", "\u00a0=\u00a0");
const ASSIGNMENT = fc.tuple(NAMES, SEPARATOR, TEXT).map((parts) => parts.join(""));

const LINE = fc.oneof(
  { weight: 60, arbitrary: ASSIGNMENT },
  { weight: 20, arbitrary: GROUPS.map((group) => `[${group}]`) },
  { weight: 5, arbitrary: fc.constantFrom("", "   ", "\u00a0", "# x", ";x", "#") },
  // A continuation only where it cannot stand alone: most files shall be well formed.
  { weight: 8, arbitrary: fc.tuple(ASSIGNMENT, TEXT).map(([line, text]) => `${line}\n  ${text}.`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("  x", "x", "[x", "[]", "= x", "[x] # y", "\ufeff[x]", " [x]"),
  },
);
const FILE = fc.tuple(
  GROUPS,
  fc.array(LINE, { maxLength: 12 }),
  fc.constantFrom("\n", "\n", "\n", "\r\n", "\r"),
  fc.boolean(),
).map(([group, lines, newline, isEnded]) =>
  [`[${group}]`, ...lines].join("\n").replaceAll("\n", newline) + (isEnded ? newline : "")
);

const DEFAULT_PATHS = [
  "/etc/nova/nova.conf",
  "/etc/nova/nova-compute.conf",
  "/etc/nova.conf",
  "/home/.nova/nova.conf",
  "/home/nova-compute.conf",
  "/snap/etc/nova/nova.conf",
  "/etc/nova/nova.conf.d/10.conf",
  "/etc/nova/nova.conf.d/9.conf",
  "/etc/nova/nova.conf.d/.hidden.conf",
  "/etc/nova/nova.conf.d/x.bak",
  "/home/.nova/nova.conf.d/a.conf",
  "/etc/nova/nova-compute.conf.d/a.conf",
];
const EXPLICIT_PATHS = ["/a.conf", "/b.conf", "/d/a.conf", "/d/b.conf"];

const FILES = fc.oneof(
  { weight: 3, arbitrary: fc.record({ "/a.conf": FILE }) },
  { weight: 3, arbitrary: fc.record({ "/a.conf": FILE, "/b.conf": FILE }) },
  {
    weight: 3,
    arbitrary: fc.dictionary(fc.constantFrom(...DEFAULT_PATHS, ...EXPLICIT_PATHS), FILE, {
      minKeys: 1,
      maxKeys: 5,
    }),
  },
);

/** Mostly what there is, in any order; all of it, so that no file is made for nothing. */
function argsFor(files: Readonly<Record<string, string>>): fc.Arbitrary<string[]> {
  const paths = new Set(Object.keys(files).filter((path) => EXPLICIT_PATHS.includes(path)));
  const sources = [...new Set([...paths].map((path) => path.startsWith("/d/") ? "/d" : path))];
  const shuffled = fc.shuffledSubarray(sources, { minLength: sources.length });
  return fc.oneof(
    { weight: 30, arbitrary: shuffled },
    { weight: 1, arbitrary: fc.constant([...sources, "/nosuch.conf"]) },
    { weight: 1, arbitrary: fc.constant(["/nosuch", ...sources]) },
  ).map((chosen) => chosen.flatMap((path) => [flagFor(path), path]));
}

function flagFor(path: string): string {
  return path.endsWith(".conf") ? "--config-file" : "--config-dir";
}

/** No lists of texts: an intended difference. */
const VARIABLES = fc.dictionary(
  fc.constantFrom(...KEYS.filter((key) => key !== "glance_direct.ceph_clusters"))
    .map((key) => `OS_${key.replace(".", "__").toUpperCase()}`),
  TEXT.filter((text) => !text.includes("\0")),
  { maxKeys: 2 },
).chain((env) => fc.constantFrom(env, env, { ...env, SNAP: "/snap" }));

/** Any configuration, with what to read from it. */
export const OSLO_CASES: fc.Arbitrary<OsloCase> = FILES.chain((files) =>
  fc.record({
    title: fc.constant("generated"),
    files: fc.constant(files),
    args: argsFor(files),
    env: VARIABLES,
  })
).map((one) => ({ ...one, keys: keysIn(JSON.stringify(one)) }));

/** Only options that the case may touch: the others have their defaults, thousands of times. */
function keysIn(text: string): string[] {
  const words = text.toLowerCase();
  return KEYS.filter((key) =>
    [key, ...SPECS.get(key)?.deprecated ?? []].some((name) => words.includes(lastPart(name)))
  );
}
