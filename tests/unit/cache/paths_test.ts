import { assertEquals } from "@std/assert";
import { basePath, lockPath, temporaryOwner, temporaryPath } from "@/cache/paths.ts";

const layout = { instancesPath: "/var/lib/nova/instances", subdirectory: "_base" };

Deno.test("basePath() is sha1 of the image id, as nova's get_cache_fname", () => {
  // python3 -c 'import hashlib; print(hashlib.sha1(b"155d900f-4e14-4e4c-a73d-069cbf4541e6").hexdigest())'
  assertEquals(
    basePath(layout, "155d900f-4e14-4e4c-a73d-069cbf4541e6"),
    "/var/lib/nova/instances/_base/f2d1a8250ed3d4b744a8250dab8f6840179d502a",
  );
});

Deno.test("our names beside a base are unknown to nova's cache manager", () => {
  const final = basePath(layout, "155d900f-4e14-4e4c-a73d-069cbf4541e6");
  for (
    const path of [temporaryPath(final, 1), temporaryPath(final, 9_999_999_999), lockPath(final)]
  ) {
    const name = path.split("/").at(-1)!;
    assertEquals(name.length === 40, false, "a name of 40 characters is a base for nova");
    assertEquals(name.length > 42 && name[40] === "_", false, "a resized base for nova");
    assertEquals(name.length < 255, true);
  }
});

Deno.test("temporaryOwner() reads what temporaryPath() writes, and nothing else", () => {
  const path = temporaryPath("/x/ubuntu.qcow2", 4711);
  const owner = temporaryOwner(path.split("/").at(-1)!);
  assertEquals(owner?.pid, 4711);
  for (const name of ["x.tmp", ".glance-direct-abc.1.tmp", `${path.split("/").at(-1)}x`]) {
    assertEquals(temporaryOwner(name), null);
  }
});
