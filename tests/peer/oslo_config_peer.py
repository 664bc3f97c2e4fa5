"""Answers what the real oslo.config makes of configurations, as a JSON list.

Standard input is {"table": {group: {name: option}}, "cases": [...]}, each case
{"files": {path: text}, "args": [...], "env": {name: value}, "keys": ["group.name", ...]}.
The answer is {"value": ...} or {"error": kind, "line": n} for each key, or one {"error": ...} for all.
"""
import json
import math
import os
import shutil
import sys
import tempfile

from oslo_config import cfg

NUMBERS = {"int": cfg.IntOpt, "float": cfg.FloatOpt}
SIMPLE = {
    "bool": cfg.BoolOpt,
    "list": cfg.ListOpt,
    "multistr": cfg.MultiStrOpt,
    "hostdomain": cfg.HostDomainOpt,
}
KINDS = (
    (cfg.ConfigFileParseError, "syntax"),
    (cfg.ConfigFilesNotFoundError, "missing"),
    (cfg.ConfigDirNotFoundError, "missing"),
    (IsADirectoryError, "missing"),
    (cfg.TemplateSubstitutionError, "substitution"),
    (cfg.NoSuchOptError, "substitution"),
    (cfg.NoSuchGroupError, "substitution"),
    (RecursionError, "substitution"),
    (UnicodeDecodeError, "encoding"),
    (ValueError, "value"),
)


def option(name, spec):
    kwargs = {"default": default(spec), "deprecated_opts": deprecated(spec)}
    if spec["type"] in NUMBERS:
        return NUMBERS[spec["type"]](name, min=spec.get("min"), **kwargs)
    if spec["type"] in SIMPLE:
        return SIMPLE[spec["type"]](name, **kwargs)
    return cfg.StrOpt(name, choices=spec.get("choices"), **kwargs)


def default(spec):
    text = spec.get("default")
    if spec["type"] == "multistr" and text is not None:
        return [text]
    return text


def deprecated(spec):
    return [
        cfg.DeprecatedOpt(full.rpartition(".")[2], group=full.rpartition(".")[0] or spec["group"])
        for full in spec.get("deprecated", [])
    ]


def register(table):
    conf = cfg.ConfigOpts()
    for group, options in table.items():
        for name, spec in options.items():
            conf.register_opt(
                option(name, {**spec, "group": group}),
                group=None if group == "DEFAULT" else group,
            )
    return conf


def below(root, path):
    return root + path


def answer(conf, case, root):
    shutil.rmtree(root, ignore_errors=True)
    for path, text in case["files"].items():
        target = below(root, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if path.endswith("/"):
            continue
        with open(target, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)
    os.environ.clear()
    os.environ.update({"HOME": below(root, "/home"), **case["env"]})
    for name in ("SNAP", "SNAP_COMMON", "HOME"):
        if name in case["env"]:
            os.environ[name] = below(root, case["env"][name])
    args = [part if part.startswith("--") else below(root, part) for part in case["args"]]
    try:
        conf(args, project="nova", prog="nova-compute")
    except Exception as error:
        return failure(error)
    return [read(conf, key) for key in case["keys"]]


def read(conf, key):
    group, name = key.split(".")
    try:
        # Not conf.name: that turns every error of [DEFAULT] into NoSuchOptError.
        group = None if group == "DEFAULT" else conf._get_group(group)
        return {"value": plain(conf._get(name, group))}
    except Exception as error:
        return failure(error)


def plain(value):
    """JSON has no NaN and no infinity, and a large int must not become a float."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    if isinstance(value, int) and abs(value) > 2**53 - 1:
        return {"int": str(value)}
    return value


def failure(error):
    kind = next((kind for type_, kind in KINDS if isinstance(error, type_)), type(error).__name__)
    # Of an option before any section, oslo.config names the line after it.
    if kind != "syntax" or "Section must be started" in error.msg:
        return {"error": kind}
    position = error.msg.split(": ", 1)[0] if ": " in error.msg else error.msg
    return {"error": kind, "line": int(position.split(",")[0].rpartition(":")[2])}


def main():
    root = tempfile.mkdtemp(prefix="oslo-config-")
    directories = cfg._get_config_dirs
    cfg._get_config_dirs = lambda project=None: [
        below(root, path) if path.startswith("/etc") else path for path in directories(project)
    ]
    request = json.load(sys.stdin)
    conf = register(request["table"])
    try:
        print(json.dumps([answer(conf, case, root) for case in request["cases"]]))
    finally:
        shutil.rmtree(root, ignore_errors=True)


main()
