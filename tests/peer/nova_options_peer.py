"""Prints, as JSON, the options of Debian's nova that the program's table also has.

Then, for each configuration file on standard input (a JSON list of texts), the credentials that
keystoneauth loads from its [service_user].
"""
import json
import sys
import tempfile

import castellan.options
from keystoneauth1 import loading
from keystonemiddleware.auth_token import _opts as auth_token
import nova.conf
from oslo_concurrency import lockutils  # noqa: F401, registers its options
from oslo_config import cfg

PLUGINS = ("password", "token", "v3applicationcredential")
GROUPS = ("service_user", "keystone_authtoken")
CREDENTIALS = ("auth_url", "username", "password", "project_name")


def describe(opt, group):
    return {
        "type": type_of(opt),
        "default": text_of(opt.default),
        # keystoneauth has the absence of a setting among the choices.
        "choices": [one for one in getattr(opt.type, "choices", None) or () if one is not None] or None,
        "min": getattr(opt.type, "min", None),
        "deprecated": sorted({
            "%s.%s" % (old.group or group, old.name or opt.dest) for old in opt.deprecated_opts
        }),
        "secret": opt.secret,
    }


def type_of(opt):
    name = getattr(opt.type, "__name__", type(opt.type).__name__).lower()
    names = {"string": "str", "boolean": "bool", "integer": "int"}
    return names.get(name, name)


def text_of(default):
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, list):
        return ",".join(default)
    return None if default is None else str(default)


def all_options(conf):
    for info in conf._opts.values():
        yield "DEFAULT", info["opt"]
    for group, entry in conf._groups.items():
        for info in entry._opts.values():
            yield group, info["opt"]
    for opt in auth_token._OPTS:
        yield "keystone_authtoken", opt
    for group in GROUPS:
        for plugin in PLUGINS:
            for opt in loading.get_auth_plugin_conf_options(plugin):
                yield group, opt


def credentials(text):
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write(text)
        file.flush()
        conf = cfg.ConfigOpts()
        conf(["--config-file", file.name], project="nova", prog="nova-compute")
        loading.register_auth_conf_options(conf, "service_user")
        plugin = loading.load_auth_from_conf_options(conf, "service_user")
        return {
            "auth_url": plugin.auth_url,
            "username": plugin._username,
            "password": plugin._password,
            "project_name": plugin._project_name,
        }


castellan.options.set_defaults(nova.conf.CONF)
options = {}
for group, opt in all_options(nova.conf.CONF):
    key, entry = "%s.%s" % (group, opt.dest), describe(opt, group)
    # The plugins share options, but not all of them know the old names.
    entry["deprecated"] = sorted({*entry["deprecated"], *options.get(key, entry)["deprecated"]})
    options[key] = entry
print(json.dumps({
    "options": options,
    "credentials": [credentials(text) for text in json.load(sys.stdin)],
}))
