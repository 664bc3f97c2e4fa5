import { assertEquals, assertRejects } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { createHidden } from "@/openstack/glance/hidden_image.ts";

const ID = "11111111-0000-4000-8000-000000000001";
const HIDDEN = { name: "x.seal", visibility: "private", text: "{}" };

for (const answer of ["<html>proxy</html>", "", "null", "[]", '{"id":"1"}']) {
  Deno.test(`createHidden refuses an answer that is no record: ${answer}`, async () => {
    const asked: string[] = [];
    const client = {
      change: (method: string) => {
        asked.push(method);
        return Promise.resolve(answer);
      },
    };
    const never = new AbortController().signal;
    const error = await assertRejects(() => createHidden(client, HIDDEN, never), ToolError);
    assertEquals([error.code, error.hints.length], ["source_unavailable", 1]);
    assertEquals(asked, ["POST"]);
  });
}

Deno.test("createHidden takes the image back where its data cannot be sent, also after Ctrl-C", async () => {
  const run = new AbortController();
  const asked: string[] = [];
  let removed = false;
  const client = {
    change: async (method: string, path: string, _body: unknown, signal: AbortSignal) => {
      if (method === "PUT") run.abort(new ToolError("interrupted", "Interrupted"));
      asked.push(`${method} ${path}`);
      signal.throwIfAborted();
      removed = method === "DELETE";
      return await Promise.resolve(JSON.stringify({ id: ID, status: "queued" }));
    },
  };
  const error = await assertRejects(() => createHidden(client, HIDDEN, run.signal), ToolError);
  assertEquals(error.code, "interrupted");
  assertEquals(removed, true);
  assertEquals(asked, ["POST /v2/images", `PUT /v2/images/${ID}/file`, `DELETE /v2/images/${ID}`]);
});
