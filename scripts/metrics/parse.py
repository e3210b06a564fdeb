"""Reads a page of metrics from the standard input with Prometheus' own client library and prints it as JSON.

    PYTHONPATH=.build/metrics-tools python3 scripts/metrics/parse.py <PAGE

The tests run it: what they compare was read by somebody else's parser. A page that this cannot read is an error.
"""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

families = {}
for family in text_string_to_metric_families(sys.stdin.read()):
    if family.name in families:
        sys.exit(f"{family.name} comes twice")
    families[family.name] = {
        "type": family.type,
        "help": family.documentation,
        "samples": [
            {"name": sample.name, "labels": ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items())),
             "value": sample.value}
            for sample in family.samples
        ],
    }
json.dump(families, sys.stdout)
