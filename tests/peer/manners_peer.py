"""What keystoneauth and openstacksdk do in the case on standard input, as JSON."""

import json
import os
import sys
import warnings

warnings.simplefilter("ignore")
CASE = json.load(sys.stdin)
os.environ = {"HOME": "/nonexistent", "PATH": os.environ["PATH"], **CASE.get("env", {})}

from keystoneauth1 import loading, session  # noqa: E402


def auth_of_cloud(name):
    from openstack.config.loader import OpenStackConfig

    found = OpenStackConfig(config_files=["/nonexistent"], load_yaml_config=False).get_one(name)
    return {key: value for key, value in found.config["auth"].items() if value}


def ask(case):
    if "cloud" in case:
        return {"auth": auth_of_cloud(case["cloud"])}
    plugin = loading.get_plugin_loader(case["plugin"]).load_from_options(**case["auth"])
    asking = session.Session(auth=plugin, verify=case.get("cafile") or True, timeout=20)
    found = {"token": asking.get_token()}
    if "path" in case:
        image = {"service_type": "image", "interface": "public"}
        found["name"] = asking.get(case["path"], endpoint_filter=image).json()["name"]
    return found


try:
    result = ask(CASE)
except Exception as error:
    methods = getattr(error, "required_auth_methods", None)
    result = {"error": type(error).__name__, "message": str(error), "methods": methods}
json.dump(result, sys.stdout)
