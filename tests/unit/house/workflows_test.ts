/**
 * The workflows: pinned actions, a token that can only read, bounded jobs, and steps that a reader can
 * run alone.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "yaml";
import { filesEnding, readText } from "./tree.ts";
import { workflowLint } from "./workflow_lint.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}

interface Job {
  readonly "timeout-minutes"?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FILES = filesEnding(".yml").filter(({ path }) => path.startsWith(".github/workflows/"));

const WORKFLOWS: readonly (readonly [path: string, workflow: Workflow])[] = FILES.map((
  { path, text },
) => [path, parse(text)]);

const JOBS = WORKFLOWS.flatMap(([path, { jobs }]) =>
  Object.entries(jobs).map(([name, job]) => ({ name: `${path}: ${name}`, job }))
);

const STEPS = JOBS.flatMap(({ name, job }) => job.steps.map((step) => ({ name, step })));

Deno.test("workflows: GitHub's parser accepts them, and finds a planted fault", async () => {
  const lint = await workflowLint();
  for (const { path, text } of FILES) assertEquals(await lint(path, text), [], path);
  const release = readText(".github/workflows/release.yml");
  for (
    const [right, wrong, found] of [
      ["runs-on:", "run-on:", "Unexpected value 'run-on'"],
      ["attestations: write", "attestations: yes", "Unexpected value 'yes'"],
      ["needs: build", "needs: compile", "depends on unknown job 'compile'"],
      ["matrix.runner", "matrx.runner", "Unrecognized named-value: 'matrx'"],
    ] as const
  ) {
    const said = await lint("release.yml", release.replace(right, wrong));
    assertStringIncludes(said.join("\n"), found);
  }
});

Deno.test("workflows: every action is pinned by its full commit, with the version beside it", () => {
  const uses = FILES.flatMap(({ text }) => text.match(/\buses: .*/g) ?? []);
  assert(uses.length > 10, "the search finds the actions");
  assertEquals(
    uses.filter((use) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use)),
    [],
  );
});

Deno.test("workflows: one action has one pin", () => {
  const pins = new Set(FILES.flatMap(({ text }) => text.match(/\buses: .*/g) ?? []));
  assertEquals(pins.size, new Set([...pins].map((pin) => pin.replace(/@.*/, ""))).size);
});

Deno.test("workflows: the token can only read; only publishing a release gets more", () => {
  for (const [path, { permissions }] of WORKFLOWS) {
    assertEquals(permissions, { contents: "read" }, path);
  }
  const more = JOBS.filter(({ job }) => job.permissions !== undefined).map(({ name }) => name);
  assertEquals(more, [".github/workflows/release.yml: publish"]);
});

Deno.test("workflows: no foreign code gets a secret: no pull_request_target, no kept credentials", () => {
  assertEquals(WORKFLOWS.filter(([, { on }]) => "pull_request_target" in on), []);
  const checkouts = STEPS.filter(({ step }) => step.uses?.startsWith("actions/checkout@"));
  assertEquals(checkouts.length, JOBS.length);
  assert(checkouts.every(({ step }) => step.with?.["persist-credentials"] === false));
});

Deno.test("workflows: every job ends within an hour", () => {
  assertEquals(JOBS.filter(({ job }) => !((job["timeout-minutes"] ?? Infinity) <= 60)), []);
});

Deno.test("workflows: a step is a task of deno.json or the one script, without substitutions", () => {
  const { tasks } = JSON.parse(readText("deno.json"));
  const known = new Set(Object.keys(tasks).map((name) => `deno task ${name}`)).add("bash .ci/run");
  const runs = STEPS.flatMap(({ step }) => step.run ?? []);
  assertEquals(runs.filter((run) => !known.has(run)), []);
});

Deno.test("workflows: every night there is the whole proof, and other strange inputs for parsers", () => {
  const nightly = WORKFLOWS.map(([, workflow]) => workflow).filter(({ on }) => "schedule" in on);
  const schedules = nightly.flatMap(({ on }) => on["schedule"] as readonly { cron: string }[]);
  assert(schedules.every(({ cron }) => /^\d+ \d+ \* \* \*$/.test(cron)));
  const runs = nightly.flatMap(({ jobs }) => Object.values(jobs)).flatMap(({ steps }) => steps)
    .flatMap(({ run }) => run ?? []);
  assertEquals(runs, ["bash .ci/run", "deno task test:fuzz"]);
  const { tasks } = JSON.parse(readText("deno.json"));
  assert(/\bGLANCE_DIRECT_NIGHTLY=1 .* tests\/fuzz$/.test(tasks["test:fuzz"].command));
});

Deno.test("workflows: both ends of Deno are those of .ci/run and the README", () => {
  const script = readText(".ci/run");
  const versions = [...script.matchAll(/^(?:current|oldest)=(\S+)/gm)].map(([, end = ""]) => end);
  const used = new Set(STEPS.flatMap(({ step }) => step.with?.["deno-version"] ?? []));
  assertEquals([...used].sort(), versions.toSorted());
  assert(readText("README.md").includes(`npx --yes deno@${versions[0]} task test`));
});

Deno.test("issue forms: every field has a label, and an id that is used once", () => {
  const forms = filesEnding(".yml").filter(({ path }) =>
    path.startsWith(".github/ISSUE_TEMPLATE/") && !path.endsWith("/config.yml")
  );
  assertEquals(forms.length, 2);
  for (const { path, text } of forms) {
    const { name, description, body } = parse(text);
    assert(name && description, path);
    const fields = body.filter(({ type }: { type: string }) => type !== "markdown");
    assert(
      fields.every((field: { attributes: { label: string } }) => field.attributes.label),
      path,
    );
    const ids = fields.map(({ id }: { id: string }) => id);
    assertEquals(new Set(ids).size, fields.length, path);
  }
});
