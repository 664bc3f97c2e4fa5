import { expectSelection, selectImages, type Selection } from "@/commands/image_selection.ts";
import type { Context } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { imageOf } from "../../doubles/image.ts";

const NEVER = new AbortController().signal;
const NOTHING: Selection = { words: [], tag: [], property: [] };

/** A Glance that knows `a`, `b` and `c`, lists `b` and `c`, and remembers what it was asked. */
function setUp(
  texts: Readonly<Record<string, string>> = {},
  owners: readonly string[] = ["a", "b", "b"],
) {
  const known = ["a", "b", "c"].map((id, index) =>
    imageOf("", { id, properties: { owner: owners[index] ?? "" } })
  );
  const logged: string[] = [];
  const queries: unknown[] = [];
  const missing: string[] = [];
  const client = {
    find: (word: string): Promise<ImageRecord> => {
      const record = known.find(({ id }) => id === word);
      return record === undefined
        ? Promise.reject(new ToolError("not_found", word))
        : Promise.resolve(record);
    },
    async *list(query: unknown) {
      queries.push(query);
      yield* await Promise.resolve(owners.length === 0 ? [] : known.slice(1));
    },
  };
  const context = {
    files: {
      readText: (path: string) => texts[path] ?? "",
      stat: () => ({ isDirectory: false }),
    },
    terminal: { readInput: () => Promise.resolve(texts["-"] ?? "") },
    log: (level: string, message: string) => void logged.push(`${level}: ${message}`),
  } as unknown as Pick<Context, "files" | "log" | "terminal">;
  const select = async (selection: Partial<Selection>) => {
    const all = { ...NOTHING, ...selection };
    const onMissing = (error: ToolError) => void missing.push(error.message);
    const records = await selectImages(client, context, all, onMissing, NEVER);
    return records.map(({ id }) => id);
  };
  return { client, context, logged, missing, queries, select };
}

Deno.test("selectImages keeps the order and names no image twice", async () => {
  const { select } = setUp({ list: "a\nb\n" });
  assertEquals(await select({ words: ["b", "b"], from: "list", allPublic: true }), ["b", "a", "c"]);
});

Deno.test("selectImages reads words with comments, blanks and Windows line ends", async () => {
  const { select } = setUp({ list: "# all\r\n\r\n  a # first\r\nb\t#second\r\n#c", "-": "c" });
  assertEquals(await select({ from: "list" }), ["a", "b"]);
  assertEquals(await select({ from: "-" }), ["c"]);
});

Deno.test("selectImages stops waiting for standard input when it is aborted", async () => {
  const { client, context } = setUp();
  const terminal = { ...context.terminal, readInput: () => new Promise<string>(() => {}) };
  const stop = new AbortController();
  const selection = { ...NOTHING, from: "-" };
  const selecting = selectImages(
    client,
    { ...context, terminal },
    selection,
    () => {},
    stop.signal,
  );
  stop.abort(new ToolError("interrupted", "Interrupted"));
  await assertRejects(() => selecting, ToolError, "Interrupted");
});

Deno.test("selectImages keeps a '#' inside a name", async () => {
  const { missing, select } = setUp({ list: "image#2\n" });
  await select({ from: "list" });
  assertEquals(missing, ["image#2"]);
});

Deno.test("selectImages asks for tags and properties together, for public images apart", async () => {
  const { queries, select } = setUp();
  await select({ tag: ["golden", "lts"], property: ["os=debian", "x=a=b"], allPublic: true });
  assertEquals(queries, [
    { status: ["active"], os: ["debian"], x: ["a=b"], tag: ["golden", "lts"] },
    { status: ["active"], visibility: ["public"] },
  ]);
});

Deno.test("selectImages reports each word that matches nothing, and continues", async () => {
  const { missing, select } = setUp();
  assertEquals([await select({ words: ["x", "a", "y"] }), missing], [["a"], ["x", "y"]]);
});

Deno.test("selectImages stops if the callback for a missing image throws", async () => {
  const { client, context } = setUp();
  const stop = (error: ToolError) => {
    throw error;
  };
  const selection = { ...NOTHING, words: ["x", "a"] };
  await assertRejects(() => selectImages(client, context, selection, stop, NEVER), ToolError, "x");
});

Deno.test("expectSelection requires a selection, and values for properties", async () => {
  const refused = (more: Partial<Selection>, words: string) =>
    assertThrows(() => expectSelection({ ...NOTHING, ...more }), ToolError, words);
  assertEquals(refused({}, "no image is named").code, "usage");
  refused({ property: ["os"] }, "'os': it is not 'key=value'");
  refused({ property: ["=x"] }, "'=x'");
  const some: Partial<Selection>[] = [{ words: ["a"] }, { allPublic: true }, { from: "empty" }];
  for (const more of some) expectSelection({ ...NOTHING, ...more });
  assertEquals(await setUp().select({ from: "empty" }), []);
});

Deno.test("selectImages reports a tag, a property and an owner that match nothing", async () => {
  const { missing, select } = setUp({}, []);
  await select({ tag: ["golden"], property: ["os_distro=debian"], owner: "p1" });
  await select({ allPublic: true });
  assertEquals(missing, [
    "No active image matches os_distro 'debian' and tag 'golden' and owner 'p1'",
    "No active image matches visibility 'public'",
  ]);
});

Deno.test("selectImages asks Glance for the owner's images of the visibility that is wanted", async () => {
  const { queries, select } = setUp();
  await select({ tag: ["golden"], owner: "p1", visibility: "public" });
  await select({ owner: "p1" });
  assertEquals(queries, [
    { status: ["active"], tag: ["golden"], owner: ["p1"], visibility: ["public"] },
    { status: ["active"], owner: ["p1"] },
  ]);
});

Deno.test("selectImages warns if images of several projects have a tag, which any tenant can set", async () => {
  const { logged, select } = setUp({}, ["a", "p1", "p2"]);
  await select({ tag: ["golden"] });
  assertEquals(logged, [
    "warning: Images of 2 projects match (p1, p2), and anybody may set a tag: " +
    "name the one to trust with --owner, or --visibility public",
  ]);
  await select({ tag: ["golden"], owner: "p1" });
  await select({ tag: ["golden"], visibility: "public" });
  await select({ allPublic: true });
  assertEquals(logged.length, 1);
  const one = setUp();
  await one.select({ tag: ["golden"] });
  assertEquals(one.logged, []);
});
