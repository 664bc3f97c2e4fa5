import { assertEquals } from "@std/assert";
import { UnitSettings } from "@/nova/unit_settings.ts";
import { ownedFiles } from "../../doubles/owned_files.ts";

const MAIN = "/usr/lib/systemd/system/nova-compute.service";
const DROP_IN = "/etc/systemd/system/nova-compute.service.d/limits.conf";

function read(texts: Readonly<Record<string, string>>, unit = "nova-compute"): UnitSettings {
  const files = Object.entries(texts).map(([path, text]) => [path, ["0:0 644", text] as const]);
  return UnitSettings.read(ownedFiles(Object.fromEntries(files)), "/", unit);
}

Deno.test("UnitSettings.last() is that of the last drop-in, with file and line", () => {
  const settings = read({
    [MAIN]: "[Service]\nUser=root\n",
    [DROP_IN]: "[Service]\nUser = nova\n",
  });
  const expected = { name: "User", value: "nova", origin: `${DROP_IN}:2` };
  assertEquals(settings.last("User"), expected);
  assertEquals(settings.last("Group"), undefined);
});

Deno.test("UnitSettings.last() is none after an empty assignment", () => {
  const settings = read({ [MAIN]: "[Service]\nUser=nova\n", [DROP_IN]: "[Service]\nUser=\n" });
  assertEquals(settings.last("User"), undefined);
  assertEquals(settings.all("User").map(({ value }) => value), ["nova", ""]);
});

Deno.test("UnitSettings.list() starts over after an empty assignment", () => {
  const settings = read({
    [MAIN]: "[Service]\nSupplementaryGroups=ceph\n",
    [DROP_IN]:
      "[Service]\nSupplementaryGroups=\nSupplementaryGroups=kvm\nSupplementaryGroups=tty\n",
  });
  assertEquals(settings.list("SupplementaryGroups").map(({ value }) => value), ["kvm", "tty"]);
});

Deno.test("UnitSettings.read() returns the first line of a continued setting", () => {
  const settings = read({ [MAIN]: "[Service]\n# a\nLimitAS=\\\n; b\n4G\nUser=nova\n" });
  assertEquals(settings.all("LimitAS"), [{ name: "LimitAS", value: "4G", origin: `${MAIN}:3` }]);
  assertEquals(settings.last("User")?.origin, `${MAIN}:6`);
});

Deno.test("UnitSettings.read() uses the files of a template for its instance", () => {
  const template = "/etc/systemd/system/nova-compute@.service";
  const texts = {
    [template]: "[Service]\nUser=a\n",
    [`${template}.d/b.conf`]: "[Service]\nUser=b\n",
  };
  assertEquals(read(texts, "nova-compute@gpu").last("User")?.value, "b");
});

Deno.test("UnitSettings.read() is empty where there is no such service", () => {
  assertEquals(read({ [MAIN]: "[Service]\nUser=a\n" }, "glance-api").all("User"), []);
});
