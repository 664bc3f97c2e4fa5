"""Sets up the real nova as nova-compute does: configuration first, then objects; and a request."""
import ast
import inspect
import sys
import tempfile
import textwrap

from nova import config, context as nova_context, objects

TOKEN = "the-user-token"
CATALOG = [{"type": "image", "name": "glance", "endpoints": [
    {"region": "RegionOne", "internalURL": "http://127.0.0.1:9/v2", "publicURL": "http://127.0.0.1:9"}]}]


def configure(text: str) -> str:
    """Reads a configuration; returns the file's path, for whoever has to read it too."""
    with tempfile.NamedTemporaryFile("w", suffix=".conf", delete=False) as file:
        file.write(text)
    config.parse_args(["nova-compute", "--config-file", file.name], configure_db=False,
                      init_rpc=False)
    objects.register_all()
    return file.name


def context():
    """The request of a user who starts a server, as it arrives at nova-compute."""
    lines = [word.partition("=")[2] for word in sys.argv if word.startswith("--option=")]
    configure("\n".join(["[DEFAULT]", "log_dir ="] + lines))
    return nova_context.RequestContext("user", "project", auth_token=TOKEN, service_catalog=CATALOG,
                                       global_request_id="req-11111111-2222-3333-4444-555555555555")


def aborts_build(error) -> bool:
    """Whether nova-compute gives a build up for this exception, rather than try another host.

    Read from the except clauses of ComputeManager._build_and_run_instance that end so.
    """
    from nova.compute import manager

    source = inspect.getsource(manager.ComputeManager._build_and_run_instance)
    for handler in ast.walk(ast.parse(textwrap.dedent(source))):
        if isinstance(handler, ast.ExceptHandler) and handler.type:
            classes = eval(ast.unparse(handler.type), vars(manager))
            if isinstance(error, classes):
                return "BuildAbortException" in ast.unparse(handler)
    return False
