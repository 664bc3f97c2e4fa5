import { assertEquals, assertThrows } from "@std/assert";
import type { Config } from "@/config/config.ts";
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { acceptedRules, inspectsPartitions } from "@/plan/format_rules.ts";

const context = { files: { list: () => [], stat: () => undefined } as unknown as Files };

function configOf(settings: Readonly<Record<string, unknown>> = {}): Config {
  const values: Readonly<Record<string, unknown>> = {
    "libvirt.images_type": "default",
    "DEFAULT.use_cow_images": true,
    "DEFAULT.force_raw_images": true,
    "workarounds.disable_deep_image_inspection": false,
    "compute.vmdk_allowed_types": [],
    "DEFAULT.pybasedir": "/usr/lib/python3/dist-packages",
    ...settings,
  };
  return { get: (key: string) => values[key], originOf: () => "nova.conf" } as unknown as Config;
}

Deno.test("inspectsPartitions() where nova makes overlays and inspects their base", () => {
  const looks = (settings: Readonly<Record<string, unknown>>) =>
    inspectsPartitions({ config: configOf(settings), context });
  assertEquals([looks({}), looks({ "libvirt.images_type": "qcow2" })], [true, true]);
  const others = [
    { "libvirt.images_type": "raw" },
    { "libvirt.images_type": "flat" },
    { "libvirt.images_type": "lvm" },
    { "DEFAULT.use_cow_images": false },
    { "workarounds.disable_deep_image_inspection": true },
    { "glance_direct.nova_release": "2024.1" },
  ];
  assertEquals(others.map(looks), others.map(() => false));
});

/** The rules for an image of this format as a base of nova's. */
function rulesFor(diskFormat: string | null, settings: Readonly<Record<string, unknown>> = {}) {
  const request = { deepInspection: true, place: { kind: "cache" } } as const;
  return acceptedRules({ config: configOf(settings), context }, { diskFormat }, request);
}

Deno.test("acceptedRules() say what becomes of the image, and whether nova inspects it", () => {
  const place = { kind: "file", path: "/tmp/disk" } as const;
  const useOf = (part?: true) => {
    const request = { deepInspection: true, place: part ? { ...place, part } : place };
    return acceptedRules({ config: configOf(), context }, { diskFormat: "raw" }, request).use;
  };
  assertEquals([useOf(), useOf(true)], ["file", "raw base"]);
  assertEquals([rulesFor("raw").use, rulesFor("raw").deep], ["raw base", true]);
  assertEquals(rulesFor("raw", { "DEFAULT.force_raw_images": false }).use, "base");
  assertEquals(rulesFor("raw", { "workarounds.disable_deep_image_inspection": true }).deep, false);
});

Deno.test("acceptedRules() refuses by the record alone what nova would: 65 before the first byte", () => {
  const formats = ["raw", "qcow2", "vhd", "gpt", "luks", "ploop", "qed", null, "aki", "ami"];
  const refused = (settings: Readonly<Record<string, unknown>>) =>
    formats.filter((diskFormat) => {
      try {
        rulesFor(diskFormat, settings);
        return false;
      } catch (error) {
        return error instanceof ToolError && error.exitStatus === 65;
      }
    });
  assertEquals(refused({}), ["vhd", "gpt", "luks", "ploop", "qed", null]);
  assertEquals(refused({ "DEFAULT.force_raw_images": false }), [
    "vhd",
    "gpt",
    "ploop",
    "qed",
    null,
  ]);
  assertEquals(refused({ "workarounds.disable_deep_image_inspection": true }), ["luks"]);
  assertEquals(refused({ "glance_direct.nova_release": "zed" }).includes("ami"), true);
});

Deno.test("acceptedRules() names the format and what qemu-img calls it", () => {
  const said = "disk_format 'vhd' is 'vpc' for qemu-img, so nova refuses it";
  assertThrows(() => rulesFor("vhd"), ToolError, said);
});
