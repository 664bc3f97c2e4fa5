/**
 * Parsers of configuration files and of the words in them.
 *
 * @module
 */
import { CephConf } from "@/config/ceph_conf.ts";
import { loadCloud } from "@/config/clouds.ts";
import { OPTIONS } from "@/config/options.ts";
import { parseIni } from "@/config/oslo_ini.ts";
import { parseRateSchedule } from "@/config/rate_schedule.ts";
import { readOption } from "@/config/read_option.ts";
import { parseDuration, parseSize } from "@/config/units.ts";
import { ToolError } from "@/errors.ts";
import { parseSamples } from "@/metrics/exposition.ts";
import { configOf, world } from "../doubles/world.ts";
import type { Parser } from "./parser.ts";
import * as samples from "./samples.ts";

/** Options that are read after each configuration. */
const KEYS = Object.entries(OPTIONS).flatMap(([group, options]) =>
  Object.keys(options).map((name) => `${group}.${name}`)
) as Parameters<ReturnType<typeof configOf>["get"]>[0][];

/** All options of a file; each may be refused by itself. */
function configuration(text: string): void {
  const config = configOf(text);
  for (const key of KEYS) {
    try {
      readOption(config, key);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
    }
  }
}

/** The cloud of a file of openstacksdk. */
async function cloudOf(path: string, text: string): Promise<unknown> {
  const files = { [path]: text };
  return await loadCloud(world({ files, env: { OS_CLIENT_CONFIG_FILE: path } }), "lab", undefined);
}

const OSLO_WORDS = [
  "[glance]",
  "[DEFAULT]",
  "[",
  "]",
  "=",
  ":",
  "$my_ip",
  "${",
  "}",
  "\n ",
  "#",
  ";",
]
  .concat(KEYS.map((key) => `${key.split(".")[1]} = `));

/** Those of the operator's own files. */
export const CONFIG_PARSERS: readonly Parser[] = [
  {
    name: "oslo.config grammar",
    parse: (text) => parseIni(text, "/etc/nova/nova.conf"),
    samples: [samples.NOVA_CONF],
    words: OSLO_WORDS,
    worst: [samples.BLANK_LINE],
  },
  {
    name: "nova.conf with every option read",
    parse: configuration,
    samples: [samples.NOVA_CONF],
    words: OSLO_WORDS,
  },
  {
    name: "ceph.conf",
    parse: (text) => {
      const conf = new CephConf(text, "/etc/ceph/ceph.conf", "nova");
      return [conf.fsid, conf.keyrings, conf.get("mon_host")];
    },
    samples: [samples.CEPH_CONF],
    worst: [samples.GROWING_CEPH_CONF, samples.BLANK_LINE],
    words: [
      "[global]",
      "[client.nova]",
      "fsid",
      "keyring = $keyring",
      "$name",
      "\\\n",
      "#",
      ";",
      "=",
    ],
  },
  {
    name: "clouds.yaml",
    parse: (text) => cloudOf("/c.yaml", text),
    samples: [samples.CLOUDS],
    // The yaml package is quadratic in a few ways; the file is its user's own.
    longest: 30_000,
    words: [
      "clouds:",
      "lab:",
      "  ",
      "- ",
      "&a",
      "*a",
      "<<: ",
      "!!binary ",
      "|",
      ">",
      "? ",
      "{",
      "}",
    ],
  },
  {
    name: "sizes",
    parse: parseSize,
    samples: ["10GiB", "1.5M", "off"],
    words: ["k", "iB", ".", "e9"],
  },
  {
    name: "durations",
    parse: parseDuration,
    samples: ["1h30m", "250ms", "7d"],
    words: ["d", "ms", ".", "-", "e9"],
  },
  {
    name: "clouds.json",
    parse: (text) => cloudOf("/c.json", text),
    samples: [samples.CLOUDS_JSON],
    words: samples.JSON_WORDS.concat(['"clouds":', '"lab":', '"profile":', '"auth-url":']),
  },
  {
    name: "words of a rate",
    parse: (text) => parseRateSchedule(text, "[glance_direct]bwlimit"),
    samples: ["50M", "08:00,50M 20:00,off", "off"],
    words: ["00:00,", "24:00,", ",", " ", "off", "k", "iB"],
  },
  {
    name: "metrics of the last run",
    parse: parseSamples,
    samples: [samples.METRICS],
    words: ["glance_direct_", "{", "}", '="', '",', " 1", "\n", "# TYPE "],
  },
];
