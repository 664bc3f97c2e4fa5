import { FILE_POLICY } from "./policy.ts";
import { assertStringIncludes } from "@std/assert";
import { FormatInspector } from "@/formats/inspector.ts";
import { refusal } from "./inspect_image.ts";
import { be, qcow2 } from "./samples.ts";

const version1 = { 4: be(4, 1) };

Deno.test("qcow differs from qcow2 by its version and is never accepted", () => {
  for (const declared of ["raw", "qcow2"]) {
    assertStringIncludes(refusal(qcow2(version1), declared), "its content is 'qcow'");
  }
});

Deno.test("qcow with a backing file is refused even without deep inspection", () => {
  const options = { ...FILE_POLICY, declared: "raw", size: null, deep: false };
  const inspector = new FormatInspector(options);
  inspector.feed(qcow2({ ...version1, 8: be(8, 1) }));
  assertStringIncludes(inspector.problem?.message ?? "", "has a backing file");
});
