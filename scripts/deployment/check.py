"""Checks rendered files of Kubernetes: each object by its schema, and what no schema knows, such as names that fit.

    check.py FILE ...       the names of the files are those of the overlays

Called by scripts/check-deployment from the project's folder.
"""

import pathlib
import re
import sys

import kubernetes_validate
import yaml

# The oldest and the newest version that are meant to work.
VERSIONS = ["1.30", "1.37"]
PROBES = {"startupProbe": "/health", "livenessProbe": "/health", "readinessProbe": "/health/ready"}
IMAGE_PROGRAMS = re.search(r'ARG PROGRAMS="(.*)"', pathlib.Path("Dockerfile").read_text())[1].split()
problems = []


def expect(holds, problem):
    if not holds:
        problems.append(problem)


def known_settings():
    source = pathlib.Path("Sources/ProfileAPI/Server/SettingName.swift").read_text()
    return set(re.findall(r'case \w+ = "([A-Z_]+)"', source))


def image_settings():
    """What the Dockerfile says: its user, and the settings it gives."""
    text = pathlib.Path("Dockerfile").read_text()
    user = re.search(r"^USER (\d+):(\d+)$", text, re.MULTILINE)
    environment = re.search(r"^ENV ((?:.*\\\n)*.*)", text, re.MULTILINE)
    pairs = dict(pair.split("=", 1) for pair in environment[1].replace("\\\n", " ").split())
    return user.groups(), pairs


def check_schema(overlay, thing):
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(thing, version, strict=True)
        except Exception as error:
            # The first line says it; behind it come pages of schema.
            reason = str(error).splitlines()[0]
            problems.append(f"{overlay}: {thing['kind']} {thing['metadata']['name']} in {version}: {reason}")


def check_pod(overlay, things, pod):
    """The pod's settings, probes, rights and names against everything that refers to them."""
    [container] = pod["containers"]
    names = {(thing["kind"], thing["metadata"]["name"]) for thing in things}
    settings = {}
    for source in container["envFrom"]:
        name = source["configMapRef"]["name"]
        expect(("ConfigMap", name) in names, f"{overlay}: there is no ConfigMap {name}")
        settings |= next(thing["data"] for thing in things if thing["metadata"]["name"] == name)
    expect(settings.keys() <= known_settings(), f"{overlay}: no settings: {settings.keys() - known_settings()}")
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    expect(settings["HTTP_PORT"] == str(ports["http"]), f"{overlay}: HTTP_PORT is not the container's port")
    if "metrics" in ports or "METRICS_PORT" in settings:
        expect(settings.get("METRICS_PORT") == str(ports.get("metrics")), f"{overlay}: METRICS_PORT is not the container's")
    mounts = [mount["mountPath"] for mount in container["volumeMounts"]]
    for name in ["DATA_DIRECTORY", "ADMIN_PASSWORD_FILE"]:
        folder = settings[name].rsplit("/", 1)[0]
        expect(folder in mounts, f"{overlay}: {name} is on no volume")
    for probe, path in PROBES.items():
        request = container[probe]["httpGet"]
        expect((request["path"], request["port"]) == (path, "http"), f"{overlay}: {probe} asks for {request}")
    grace = pod["terminationGracePeriodSeconds"]
    expect(grace >= 2 * int(settings["REQUEST_TIMEOUT_SECONDS"]), f"{overlay}: {grace} s to stop are too few")
    check_rights(overlay, pod, container)


def check_rights(overlay, pod, container):
    """No root, no right, no token, nothing to write on but the volumes."""
    (user, group), image = image_settings()
    rules = pod["securityContext"]
    expect([str(rules[key]) for key in ("runAsUser", "runAsGroup", "fsGroup")] == [user, group, group],
           f"{overlay}: the user is not that of the Dockerfile")
    expect(rules["runAsNonRoot"] and rules["seccompProfile"]["type"] == "RuntimeDefault", f"{overlay}: {rules}")
    expect(container["securityContext"] == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                                            "capabilities": {"drop": ["ALL"]}}, f"{overlay}: the container's rights")
    expect(pod["automountServiceAccountToken"] is False, f"{overlay}: the pod gets a token")
    expect("limits" in container["resources"], f"{overlay}: memory has no limit")
    expect(image.keys() - {"PATH"} <= known_settings(), f"Dockerfile: no settings: {image.keys() - known_settings()}")


def check_store(overlay, stateful_set):
    """One writer, whose data outlives whatever is deleted."""
    expect(stateful_set["replicas"] == 1, f"{overlay}: {stateful_set['replicas']} replicas")
    [claim] = stateful_set["volumeClaimTemplates"]
    expect(claim["spec"]["accessModes"] == ["ReadWriteOncePod"], f"{overlay}: {claim['spec']['accessModes']}")
    kept = stateful_set["persistentVolumeClaimRetentionPolicy"]
    expect(kept["whenScaled"] == "Retain", f"{overlay}: scaling deletes the data")
    expect("prod" not in overlay or kept["whenDeleted"] == "Retain", f"{overlay}: deleting the set deletes the data")


def check_references(overlay, things, labels):
    """Everything that selects pods selects this one, or all those of one job."""
    jobs = [thing["spec"]["jobTemplate"]["spec"]["template"]["metadata"]["labels"]
            for thing in things if thing["kind"] == "CronJob"]
    selectors = {
        "Service": lambda spec: spec["selector"],
        "PodDisruptionBudget": lambda spec: spec["selector"]["matchLabels"],
        "NetworkPolicy": lambda spec: spec["podSelector"]["matchLabels"],
        "StatefulSet": lambda spec: spec["selector"]["matchLabels"],
    }
    for thing in things:
        if selector := selectors.get(thing["kind"]):
            try:
                chosen = selector(thing["spec"])
            except KeyError:
                chosen = {}
            selected = [pod for pod in [labels, *jobs] if chosen and chosen.items() <= pod.items()]
            expect(len(selected) == 1, f"{overlay}: {thing['kind']} {thing['metadata']['name']} selects {chosen}")


def check_job(overlay, things, job, options):
    """A job has no more rights than the server, is let in to it, and finds what it needs."""
    name = job["metadata"]["name"]
    template = job["spec"]["jobTemplate"]["spec"]["template"]
    spec, labels = template["spec"], template["metadata"]["labels"]
    [container] = spec["containers"]
    check_rights(f"{overlay} {name}", spec, container)
    expect(job["spec"]["concurrencyPolicy"] == "Forbid", f"{overlay}: two of {name} may run at once")
    expect(labels.get("profiles-client") == "true", f"{overlay}: {name} is not let in to the server")
    names = {(thing["kind"], thing["metadata"]["name"]) for thing in things}
    expect(("NetworkPolicy", name) in names, f"{overlay}: nothing says where {name} may go")
    [service] = [thing for thing in things if thing["kind"] == "Service" and thing["metadata"]["name"] == "profiles"]
    expect("--server=http://profiles" in container["args"] and service["spec"]["ports"][0]["port"] == 80,
           f"{overlay}: {name} does not ask the Service")
    program = container["command"][0].rsplit("/", 1)[1]
    expect(program in IMAGE_PROGRAMS, f"{overlay}: the image has no {program}")
    known = set(re.findall(r"--[a-z-]+", options[program]))
    given = {argument.split("=")[0] for argument in container["args"] if argument.startswith("--")}
    expect(given <= known, f"{overlay}: {program} has no options {given - known}")
    mounts = {mount["mountPath"] for mount in container["volumeMounts"]}
    for argument in container["args"]:
        if "=/" in argument:
            path = argument.split("=")[1]
            expect(any(path == mount or path.startswith(mount + "/") for mount in mounts),
                   f"{overlay}: {argument} of {name} is on no volume")
    for volume in spec["volumes"]:
        claim = volume.get("persistentVolumeClaim", {}).get("claimName")
        expect(claim is None or ("PersistentVolumeClaim", claim) in names, f"{overlay}: there is no claim {claim}")


def command_options():
    """The long options in the sources of each program, as ArgumentParser makes them of the names of properties."""
    folders = {"profile-server": "Sources/ProfileServer", "profile-export": "Sources/ProfileExport"}
    return {program: " ".join("--" + re.sub(r"([A-Z])", r"-\1", name).lower()
                              for path in pathlib.Path(folder).rglob("*.swift")
                              for name in re.findall(r"^    var (\w+)[:=? ]", path.read_text(), re.MULTILINE))
            for program, folder in folders.items()}


def check_maintenance(overlay, pod):
    """The pod for profile-log has no more rights than the server, and its data."""
    spec = pod["spec"]
    [container] = spec["containers"]
    check_rights(overlay, spec, container)
    claims = [volume["persistentVolumeClaim"]["claimName"] for volume in spec["volumes"]]
    expect("data-profiles-0" in claims, f"{overlay}: the server's data is not mounted")
    expect(pod["metadata"]["labels"]["app.kubernetes.io/name"] != "profiles", f"{overlay}: the Service leads to it")


def check_overlay(overlay, things):
    by_kind = {kind: [thing for thing in things if thing["kind"] == kind] for kind in {t["kind"] for t in things}}
    [stateful_set] = by_kind["StatefulSet"]
    template = stateful_set["spec"]["template"]
    labels = template["metadata"]["labels"]
    check_pod(overlay, things, template["spec"])
    check_store(overlay, stateful_set["spec"])
    check_references(overlay, things, labels)
    headless = stateful_set["spec"]["serviceName"]
    expect(any(service["metadata"]["name"] == headless and service["spec"]["clusterIP"] == "None"
               for service in by_kind["Service"] if "clusterIP" in service["spec"]), f"{overlay}: no headless Service")
    [policy] = [policy for policy in by_kind["NetworkPolicy"] if policy["metadata"]["name"] == "profiles"]
    expect(policy["spec"]["policyTypes"] == ["Ingress", "Egress"] and "egress" not in policy["spec"],
           f"{overlay}: the pod may call others")
    [budget] = by_kind["PodDisruptionBudget"]
    expect(budget["spec"].get("maxUnavailable") == 1, f"{overlay}: a node with this pod cannot be drained")
    [account] = by_kind["ServiceAccount"]
    expect(account["automountServiceAccountToken"] is False, f"{overlay}: the account has a token")
    expect("prod" not in overlay or "Secret" not in by_kind, f"{overlay}: a Secret stands in the files")
    options = command_options()
    for job in by_kind.get("CronJob", []):
        check_job(overlay, things, job, options)
    for service in by_kind["Service"]:
        ports = {port["name"] for port in template["spec"]["containers"][0]["ports"]}
        for port in service["spec"]["ports"]:
            expect(port["targetPort"] in ports, f"{overlay}: no port {port['targetPort']}")


def main():
    count = 0
    for path in map(pathlib.Path, sys.argv[1:]):
        things = list(yaml.safe_load_all(path.read_text()))
        count += len(things)
        for thing in things:
            check_schema(path.stem, thing)
            if thing["kind"] == "Pod":
                check_maintenance(path.stem, thing)
        if any(thing["kind"] == "StatefulSet" for thing in things):
            check_overlay(path.stem, things)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"deployment: {count} objects checked, {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
