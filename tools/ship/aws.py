"""Plan and apply deploy/terraform for real, against moto's server, and look at what was made.

`python -m tools.ship.aws`. Both environments are applied twice: the second time nothing changes.
moto cannot make ElastiCache's replication group, so that one is left out here (`with_redis=false`)
and only planned; UNTOLD names the attributes that it does not give back. Needs terraform, the AWS
provider (a folder with registry.terraform.io in it, see PROVIDERS), moto's server and boto3.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "deploy" / "terraform"
REGION = "eu-central-1"
ENVIRONMENTS = ("staging", "production")
PROVIDERS = ("TF_PROVIDERS", "/opt/tf-plugins", "/usr/share/terraform/plugins")
SERVICES = [
    "acm",
    "autoscaling",
    "cloudwatch",
    "ec2",
    "elasticache",
    "elbv2",
    "iam",
    "logs",
    "rds",
    "s3",
    "secretsmanager",
    "sns",
    "ssm",
    "sts",
]
ANYWHERE = "0.0.0.0/0"
# Amazon tells these as they were given, moto otherwise or not at all: they cannot be compared.
UNTOLD = {
    # The template's own tags come back among those of its machines.
    "aws_launch_template.this": "tag_specifications",
    "aws_autoscaling_policy.cpu": "enabled, predictive_scaling_configuration",
    "aws_db_instance.this": "performance_insights_enabled",
    # Of a rule between two groups.
    "aws_vpc_security_group_ingress_rule.machines": "description",
    "aws_vpc_security_group_ingress_rule.database": "description",
    "aws_vpc_security_group_ingress_rule.redis": "description",
    "aws_vpc_security_group_egress_rule.edge": "description",
}


class CannotRun(Exception):
    """Names what is missing."""


def providers() -> Path:
    places = (os.environ.get(PROVIDERS[0], ""), *PROVIDERS[1:])
    for place in filter(None, places):
        if (Path(place) / "registry.terraform.io").is_dir():
            return Path(place)
    raise CannotRun(f"no folder with Terraform's AWS provider ({PROVIDERS[0]} names it)")


@contextmanager
def moto(port: int) -> Iterator[str]:
    program = Path(sys.executable).with_name("moto_server")
    if not program.exists():
        raise CannotRun("moto's server is not installed beside this Python")
    server = subprocess.Popen(
        [program, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"},
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{url}/moto-api/", timeout=2).close()
                break
            except OSError:
                time.sleep(0.2)
        yield url
    finally:
        server.terminate()
        server.wait()


def client(service: str, url: str) -> Any:  # boto3 makes its methods at run time
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client(service, REGION, endpoint_url=url, **keys)


class Environment:
    """One of the two, in a workspace and a copy of its own, pointed at moto."""

    def __init__(self, name: str, folder: Path, url: str) -> None:
        self.name = name
        self._folder = folder / name
        self._url = url
        # The lock stays behind: it has the provider's digest of one kind of mirror.
        shutil.copytree(SOURCE, self._folder, ignore=shutil.ignore_patterns(".terraform*"))
        self._environ = {
            **os.environ, "TF_CLI_CONFIG_FILE": str(folder / "terraformrc"),
            "TF_IN_AUTOMATION": "1",
            "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
        }  # fmt: skip
        endpoints = "".join(f'    {service} = "{url}"\n' for service in SERVICES)
        (self._folder / "moto_override.tf").write_text(
            'provider "aws" {\n  s3_use_path_style = true\n  skip_credentials_validation = true\n'
            "  skip_metadata_api_check = true\n"
            f"  endpoints {{\n{endpoints}  }}\n}}\n"
        )

        (self._folder / "module" / "moto_override.tf").write_text(
            "".join(
                'resource "{}" "{}" {{\n'.format(*place.split("."))
                + f"  lifecycle {{\n    ignore_changes = [{names}]\n  }}\n}}\n"
                for place, names in UNTOLD.items()
            )
        )

    def run(self, *words: str) -> str:
        done = subprocess.run(
            ["terraform", *words, "-no-color"], cwd=self._folder, env=self._environ,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(
                f"terraform {words[0]}: {done.stdout[-1500:]}{done.stderr[-3000:]}"
            )
        return done.stdout

    def values(self) -> list[str]:
        found = {
            "region": REGION, "image": "ghcr.io/upnext/upnext@sha256:" + "0" * 64,
            "host_name": "upnext.example.org", "alarm_email": "ops@example.org",
            "machine_image": "ami-12c6146b",
        }  # fmt: skip
        if self.name == "production":
            asked = client("acm", self._url).request_certificate(DomainName=found["host_name"])
            found["certificate_arn"] = asked["CertificateArn"]
        return [f"-var={name}={value}" for name, value in found.items()]


def holds(what: str, found: object) -> None:
    print(f"{'ok  ' if found else 'FAIL'} {what}", flush=True)
    if not found:
        raise AssertionError(what)


def apply(environment: Environment) -> None:
    name = environment.name
    environment.run("init", "-input=false")
    environment.run("workspace", "new", name)
    environment.run("validate")
    values = environment.values()
    planned = environment.run("plan", "-input=false", *values)
    holds(f"{name}: plan with Redis", "aws_elasticache_replication_group.this[0]" in planned)
    words = ("-input=false", "-auto-approve", *values, "-var=with_redis=false")
    made = environment.run("apply", *words)
    holds(f"{name}: applied: {_outcome(made)}", True)
    again = environment.run("apply", *words)
    holds(f"{name}: applied again: {_outcome(again)}", "0 added, 0 changed, 0 destroyed" in again)


def _outcome(said: str) -> str:
    """What terraform says that it did, and to what it did it if it changed anything."""
    lines = [line.strip() for line in said.splitlines()]
    kept = [line for line in lines if line.startswith("# module") or "Resources:" in line]
    return "; ".join(kept if len(kept) < 20 else kept[-1:])


def inspect(name: str, url: str) -> None:
    production = name == "production"
    asked = {service: client(service, url) for service in SERVICES}
    full = f"upnext-{name}"
    _look_at_database(asked["rds"], full, production=production)
    _look_at_bucket(asked["s3"], f"{full}-files")
    _look_at_groups(asked["ec2"], full)
    alarms = asked["cloudwatch"].describe_alarms(AlarmNamePrefix=full)["MetricAlarms"]
    holds(f"{name}: {len(alarms)} alarms, each with somebody to tell",
          len(alarms) >= 7 and all(alarm["AlarmActions"] for alarm in alarms))  # fmt: skip
    users = asked["iam"].list_users()["Users"]
    holds(
        f"{name}: no user with keys, but a role", not users and asked["iam"].get_role(RoleName=full)
    )
    if production:
        groups = asked["autoscaling"].describe_auto_scaling_groups()["AutoScalingGroups"]
        holds("production: a group of two, in two zones",
              groups[0]["MinSize"] == 2
              and len(groups[0]["VPCZoneIdentifier"].split(",")) == 2)  # fmt: skip
    else:
        holds("staging: an Elastic IP", asked["ec2"].describe_addresses()["Addresses"])


def _look_at_database(rds: Any, full: str, *, production: bool) -> None:
    found = rds.describe_db_instances(DBInstanceIdentifier=full)["DBInstances"][0]
    holds(f"{full}: database encrypted, private, backed up",
          found["StorageEncrypted"] and not found["PubliclyAccessible"]
          and found["BackupRetentionPeriod"] >= 7)  # fmt: skip
    holds(f"{full}: standby of the database: {production}", found["MultiAZ"] == production)


def _look_at_bucket(s3: Any, bucket: str) -> None:
    def ask(what: str) -> dict[str, object]:
        found: dict[str, object] = getattr(s3, f"get_{what}")(Bucket=bucket)
        return found

    block = ask("public_access_block")["PublicAccessBlockConfiguration"]
    holds(f"{bucket}: private", isinstance(block, dict) and all(block.values()))
    holds(f"{bucket}: versioned", ask("bucket_versioning")["Status"] == "Enabled")
    holds(f"{bucket}: encrypted", "AES256" in json.dumps(ask("bucket_encryption")))
    holds(f"{bucket}: lifecycle", "NoncurrentVersionExpiration" in json.dumps(
        ask("bucket_lifecycle_configuration"), default=str))  # fmt: skip
    holds(f"{bucket}: TLS alone", "aws:SecureTransport" in str(ask("bucket_policy")["Policy"]))


def _look_at_groups(ec2: Any, full: str) -> None:
    groups = ec2.describe_security_groups()["SecurityGroups"]
    kept = [
        group for group in groups if group["GroupName"] in {f"{full}-database", f"{full}-redis"}
    ]
    ranges = [one for group in kept for rule in group["IpPermissions"] for one in rule["IpRanges"]]
    holds(f"{full}: nobody outside reaches database or Redis",
          len(kept) == 2 and all(group["IpPermissions"] for group in kept)
          and ANYWHERE not in str(ranges))  # fmt: skip


def main() -> None:
    try:
        if not shutil.which("terraform"):
            raise CannotRun("terraform is not installed")
        mirror = providers()
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            (folder / "terraformrc").write_text(
                "provider_installation {\n  filesystem_mirror {\n"
                f'    path = "{mirror}"\n  }}\n}}\n'
            )
            for number, name in enumerate(ENVIRONMENTS):
                with moto(5600 + number) as url:
                    apply(Environment(name, folder, url))
                    inspect(name, url)
        for place, names in UNTOLD.items():
            print(f"     moto does not tell, so not compared: {names} of {place}")
        print("not applied (moto cannot read its member nodes): aws_elasticache_replication_group")
    except CannotRun as missing:
        print(f"not run here: AWS, since {missing}")
    except AssertionError as problem:
        sys.exit(f"FAIL {problem}")


if __name__ == "__main__":
    main()
