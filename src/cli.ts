/**
 * The command line: assembles the commands, runs one, and prints its result or its error.
 *
 * @module
 */
import { Command, CommanderError } from "@commander-js/extra-typings";
import { configCommand } from "@/commands/config_show.ts";
import { cacheCommand } from "@/commands/cache.ts";
import { completeCommand, completedArgv } from "@/commands/complete.ts";
import { completionCommand } from "@/commands/completion.ts";
import { doctorCommand } from "@/commands/doctor.ts";
import { fetchCommand } from "@/commands/fetch.ts";
import { hookCommand } from "@/commands/hook.ts";
import { inspectCommand } from "@/commands/inspect.ts";
import { manCommand } from "@/commands/man.ts";
import { prefetchCommand } from "@/commands/prefetch.ts";
import type { GlobalOptions, OutputFormat, Result, Run, Session } from "@/commands/session.ts";
import { sealCommand } from "@/commands/seal.ts";
import { showCommand } from "@/commands/show.ts";
import { formatOf, usageError } from "@/commands/usage_error.ts";
import { verifyCommand } from "@/commands/verify.ts";
import { type Config, loadConfig } from "@/config/config.ts";
import { unknownOptionText } from "@/config/unknown_options.ts";
import type { Context, Log, LogLevel } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import {
  addGlobalOptions,
  type ConfigSource,
  globalOptions,
  type OutputOptions,
} from "@/global_options.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import { document } from "@/manual/documentation.ts";
import { HELP_LAYOUT } from "@/manual/help.ts";
import { firstDay } from "@/manual/first_day.ts";
import { renderFailure } from "@/ui/failure.ts";
import { journalLines, makeLog } from "@/ui/log.ts";
import { ENDLESS, errorColumns, pageOf, textOn } from "@/ui/page.ts";
import { Progress } from "@/ui/progress.ts";
import { StatusLine } from "@/ui/status_line.ts";
import { VERSION } from "@/version.ts";

/**
 * Runs the program.
 *
 * @param rbdProgram Path of `rbd`, if it is not the built-in one; for the demo.
 * @returns Its exit status.
 */
export async function runCli(
  argv: readonly string[],
  context: Context,
  signal: AbortSignal,
  rbdProgram?: string,
): Promise<number> {
  const shell = new Shell(context, signal, rbdProgram);
  try {
    await shell.root.parseAsync(completedArgv(shell.root, argv), { from: "user" });
    return shell.status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (isReaderGone(error)) return error.exitStatus;
    const { err, isJournal, isTerminal } = context.terminal;
    const format = shell.format ?? formatOf(argv);
    const failure = usageError(error, shell.wrong);
    const { text, status } = renderFailure(failure, format, errorColumns(context.terminal));
    if (argv.length === 0 && isTerminal) err(firstDay());
    else err(isJournal ? journalLines("error", text) : text);
    return status;
  }
}

/**
 * Like `ls` before `head`: a reader that closes the pipe has what it needs, so this is not an
 * error.
 */
function isReaderGone(error: unknown): error is ToolError {
  return error instanceof ToolError && error.code === "reader_gone";
}

/** One run: the commands and their shared state. */
class Shell {
  readonly root: AnyCommand;
  status = 0;
  /** Set as soon as the command line is parsed. */
  format: OutputFormat | undefined;
  /** The command that commander complained about. */
  wrong: AnyCommand;
  readonly #context: Context;
  readonly #signal: AbortSignal;
  readonly #rbdProgram: string | undefined;
  readonly #configSources: ConfigSource[] = [];
  readonly #line: StatusLine;
  #active: AnyCommand;

  constructor(context: Context, signal: AbortSignal, rbdProgram: string | undefined) {
    this.#context = context;
    this.#signal = signal;
    this.#rbdProgram = rbdProgram;
    this.#line = new StatusLine(context.terminal);
    signal.addEventListener("abort", () => this.#line.end(), { once: true });
    this.root = this.#build();
    this.#active = this.wrong = this.root;
  }

  #build(): AnyCommand {
    const root = new Command("glance-direct")
      .description("Puts Glance images into nova's image cache straight from Ceph, verified.")
      .version(VERSION, "--version", "print the version");
    addGlobalOptions(root, this.#configSources);
    const commands = [
      fetchCommand(this.#run),
      verifyCommand(this.#run),
      inspectCommand(this.#run),
      prefetchCommand(this.#run),
      showCommand(this.#run),
      sealCommand(this.#run),
      cacheCommand(this.#run),
      configCommand(this.#run),
      doctorCommand(this.#run),
      hookCommand(this.#run),
      completionCommand(this.#run),
      manCommand(this.#run),
      completeCommand(this.#run),
    ];
    for (const command of commands) {
      root.addCommand(command, { hidden: command.name().startsWith("_") });
    }
    document(root, {
      notes: ["The other --os-* options and OS_* variables of openstack: glance-direct man"],
      examples: [
        ["fetch ubuntu-24.04", "one image into nova's cache"],
        ["prefetch --tag golden", "many, ahead of time"],
        ["show ubuntu-24.04", "where an image would come from"],
        ["doctor", "find problems on this host"],
        ["config show --set", "what is read, and from where"],
        ["man | man -l -", "the manual"],
      ],
      exits: [0, 64, 65, 66, 69, 70, 73, 74, 75, 77, 78, 130, 141, 143],
      isProgram: true,
    });
    this.#tame(root);
    return root.hook("preAction", (_root, active) => void (this.#active = active));
  }

  /** Commander must neither print errors nor exit: this file does both. */
  #tame(command: AnyCommand): void {
    const { terminal } = this.#context;
    command.exitOverride().showSuggestionAfterError().helpOption("-h, --help", "print help")
      .configureHelp(HELP_LAYOUT)
      .configureOutput({
        getOutHelpWidth: () => terminal.columns(),
        getErrHelpWidth: () => terminal.columns(),
        writeOut: (text) => terminal.out(text),
        writeErr: () => void (this.wrong = command),
        outputError: () => void (this.wrong = command),
      });
    for (const child of command.commands) this.#tame(child);
  }

  readonly #run: Run = async (action) => {
    const session = this.#session();
    try {
      const result = await action(session);
      if (result !== undefined) session.print(result);
    } finally {
      this.#line.clear();
    }
  };

  #session(): Session {
    const globals = globalOptions(this.#active.optsWithGlobals(), this.#configSources);
    this.format = globals.format;
    const context = { ...this.#context, log: this.#log(globals) };
    const progress = new Progress(context, this.#line, globals.progress);
    // A status request is answered even with --quiet.
    const answers = this.#log({ ...globals, level: "info" });
    context.onStatusRequest(() => progress.tell(answers));
    let config: Config | undefined;
    return {
      context,
      globals,
      signal: this.#signal,
      rbdProgram: this.#rbdProgram,
      progress,
      get config() {
        return config ??= loadedConfig({ ...context, globals }, context.log);
      },
      print: (result) => this.#print(result, globals.format),
    };
  }

  #log(asked: OutputOptions & Pick<GlobalOptions, "format">): Log {
    const { clock, terminal } = this.#context;
    const { isJournal, isTerminal } = terminal;
    const usual = isJournal ? "journald" : "text";
    const format = asked.logFormat === "auto" ? usual : asked.logFormat;
    const level = asked.level ?? usualLevel(asked, isJournal || isTerminal);
    const write = (text: string) => this.#line.above(() => terminal.err(text));
    return makeLog({ format, level, write, clock, columns: () => errorColumns(terminal) });
  }

  #print({ json, text, status = 0, aside = false }: Result, format: OutputFormat): void {
    const { terminal } = this.#context;
    const page = aside ? { ...ENDLESS, columns: errorColumns(terminal) } : pageOf(terminal);
    const line = `${format === "json" ? JSON.stringify(json) : textOn(text, page)}\n`;
    this.#line.above(() => aside ? terminal.err(line) : terminal.out(line));
    this.status = Math.max(this.status, status);
  }
}

/** Warns once about options that have no effect, when the configuration is loaded. */
function loadedConfig(options: Parameters<typeof loadConfig>[0], log: Log): Config {
  const config = loadConfig(options);
  for (const option of config.unknown) log("warning", unknownOptionText(option));
  return config;
}

/**
 * With `--format json`, standard output has the whole result and standard error only the error
 * object. Other log records appear only on request, on a terminal or in the journal.
 */
function usualLevel(
  { format, logFormat, progress }: OutputOptions & Pick<GlobalOptions, "format">,
  isHeard: boolean,
): LogLevel {
  const isAsked = logFormat !== "auto" || progress === "always";
  return format === "json" && !isAsked && !isHeard ? "warning" : "info";
}
