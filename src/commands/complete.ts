/**
 * The hidden command for the completion scripts: it takes words and prints candidates. It prints no
 * errors, and returns quickly so that the shell does not wait.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import { baseName, cacheDirectory, cacheLayout } from "@/cache/paths.ts";
import { openServices } from "@/commands/services.ts";
import type { Run, Session } from "@/commands/session.ts";
import { Deadline } from "@/deadline.ts";
import { readLine, type TypedLine } from "@/manual/command_line.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import { answerLines, type Candidate, offerFor, type Wanted } from "@/manual/complete.ts";
import { pathOf } from "@/manual/command_tree.ts";
import { COMPLETE } from "@/manual/shells.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { oneLine } from "@/ui/one_line.ts";

/** Longest wait for Keystone and Glance, in milliseconds: the shell waits that long. */
const PATIENCE = 1000;

/** Maximum number of images to list: a longer list is slow and does not help. */
const MOST = 500;

/** The command; it completes for the program that it belongs to. */
export function completeCommand(run: Run): AnyCommand {
  return new Command(COMPLETE)
    .argument("[words...]", "the words of the command line so far")
    .helpOption(false)
    .action((words, _flags, command) =>
      run(async (session) => {
        const root = command.parent ?? command;
        const line = readLine(root, words);
        const [candidates, wanted] = offerFor(root, line);
        const images = await knownImages(session, line, wanted);
        const lines = answerLines(line, [...candidates, ...images], wanted);
        return { json: lines, text: lines.join("\n") };
      })
    );
}

/**
 * The command line of a completion request, with the files and the cloud of the line being typed,
 * so that they are used for the configuration.
 *
 * @returns Any other command line unchanged.
 */
export function completedArgv(
  root: AnyCommand,
  argv: readonly string[],
): readonly string[] {
  const [first, , ...words] = argv;
  return first === COMPLETE ? [...readLine(root, words).globals, ...argv] : argv;
}

/** Names and ids; below `cache`, only of cached images. */
async function knownImages(
  session: Session,
  { command }: TypedLine,
  wanted: Wanted | undefined,
): Promise<readonly Candidate[]> {
  if (wanted !== "image" && wanted !== "image-id") return [];
  const images: ImageRecord[] = [];
  try {
    const isWanted = pathOf(command)[0] === "cache" ? cachedImages(session) : () => true;
    // A partial list is better than none.
    await collectImages(session, images).catch(() => {});
    return candidatesOf(images.filter(isWanted), wanted);
  } catch {
    return [];
  }
}

async function collectImages(session: Session, images: ImageRecord[]): Promise<void> {
  const { clock } = session.context;
  const deadline = new Deadline(clock, PATIENCE, session.signal, () => undefined);
  const { signal } = deadline;
  try {
    const context = { ...session.context, log: () => {} };
    using services = await openServices({ ...session, context }, signal);
    for await (const image of services.client.list({ status: ["active"] }, signal)) {
      images.push(image);
      if (images.length === MOST) break;
    }
  } finally {
    deadline.end();
  }
}

/** Reads only the names: finding out which are in use would read every disk of the host. */
function cachedImages({ config, context }: Session): (image: ImageRecord) => boolean {
  const names = new Set(context.files.list(cacheDirectory(cacheLayout(config))));
  return ({ id }) => names.has(baseName(id));
}

/**
 * Leaves out a name that two images share, because it selects neither, and names with control
 * characters.
 */
function candidatesOf(
  images: readonly ImageRecord[],
  wanted: "image" | "image-id",
): readonly Candidate[] {
  const isUnique = (name: string) => images.filter((one) => one.name === name).length === 1;
  return images.flatMap(({ id, name }): Candidate[] => {
    const isWord = name !== null && name !== "" && oneLine(name) === name && isUnique(name);
    const byId: Candidate = [id, name === null ? "" : oneLine(name)];
    return wanted === "image" && isWord ? [[name, id], byId] : [byId];
  });
}
