"""The parts of a real nova-compute that a test needs: start with the import of this module.

Configuration comes from --config-file as for nova-compute itself, which also is what the hook hands on
to the program. The requests are those of the account that [keystone_authtoken] names.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../lab/nova"))
import concurrency  # noqa: E402  what nova-compute does first

concurrency.choose(threads="--threads" in sys.argv)

import json
import logging
import uuid

from keystoneauth1 import loading
from oslo_log import log
from nova import config, context as nova_context, objects
import nova.conf
import nova.privsep

CONF = nova.conf.CONF


class Records(logging.Handler):
    """Keeps what nova logs, for the test to look at."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append("%s %s" % (record.levelname, record.getMessage()))


records = Records()


def start() -> None:
    """Reads the configuration and lets privileged functions run in this process."""
    log.register_options(CONF)
    arguments = [word for word in sys.argv if word.startswith("--config-file")]
    config.parse_args(["nova-compute"] + arguments, configure_db=False, init_rpc=False)
    objects.register_all()
    nova.privsep.sys_admin_pctxt.set_client_mode(False)
    logging.getLogger().addHandler(records)
    logging.getLogger().setLevel(logging.INFO)


def request():
    """The request of a user who starts a server."""
    group = "keystone_authtoken"
    for options in (loading.get_session_conf_options(), loading.get_auth_common_conf_options(),
                    loading.get_auth_plugin_conf_options("password")):
        CONF.register_opts(options, group)
    auth = loading.load_auth_from_conf_options(CONF, group)
    session = loading.load_session_from_conf_options(CONF, group, auth=auth)
    access = auth.get_access(session)
    catalog = [dict(service, endpoints=[
        {"region": point["region"], point["interface"] + "URL": point["url"]}
        for point in service["endpoints"]]) for service in access.service_catalog.catalog]
    return nova_context.RequestContext(
        access.user_id, access.project_id, auth_token=access.auth_token, is_admin=False,
        service_catalog=catalog, global_request_id="req-" + str(uuid.uuid4()))


def instance(name: str):
    """A server whose disks lie in its own directory below instances_path."""
    made = objects.Instance(uuid=name, host="compute1")
    os.makedirs(os.path.join(CONF.instances_path, name), exist_ok=True)
    return made


def attempt(function, *args, **kwargs) -> dict:
    """Calls a function of nova's; what it raised, and what nova logged meanwhile."""
    records.lines = []
    raised = None
    try:
        function(*args, **kwargs)
    except Exception as error:
        raised = "%s.%s: %s" % (type(error).__module__, type(error).__name__, error)
    return {"raised": raised, "log": records.lines}


def answer(value) -> None:
    json.dump(value, sys.stdout)
