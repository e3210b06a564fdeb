"""Uses a client that openapi-python-client has generated, against a server with an empty store.

    PYTHONPATH=.build/client-generator:FOLDER PASSWORD=… python3 scripts/openapi/use-client.py http://127.0.0.1:8000

FOLDER holds the generated package `profile_client`. The tests run this script.
"""

import base64
import datetime
import os
import sys
import tarfile

from profile_client import AuthenticatedClient
from profile_client.api.administration import get_backup, get_status, make_checkpoint
from profile_client.api.audit import get_audit_entry, list_audit
from profile_client.api.history import get_history, restore_user
from profile_client.api.service import get_health, get_readiness
from profile_client.api.users import create_user, delete_user, get_user, list_users, patch_user, replace_user
from profile_client.models import ListAuditOperation, Problem, Profile, ProfilePatch, RestoreRequest
from profile_client.types import UNSET

login = base64.b64encode(f"admin:{os.environ['PASSWORD']}".encode()).decode()
client = AuthenticatedClient(base_url=sys.argv[1], token=login, prefix="Basic", raise_on_unexpected_status=True)


def profile(name, email, **attributes):
    return Profile.from_dict({"name": name, "email": email, "attributes": attributes})


def equal(found, wanted):
    assert found == wanted, f"{found!r} is not {wanted!r}"


# Create.
created = create_user.sync(
    client=client, body=profile("Ada Lovelace", "ada@example.com", department="Engines"), x_change_reason="generated"
)
equal((created.message, created.user.id, created.user.version), ("User created", 1, 1))
equal(created.user.attributes["department"], "Engines")
assert isinstance(created.user.created_at, datetime.datetime)

# Update, with and without a condition.
updated = replace_user.sync(1, client=client, body=profile("Ada King", "ada@example.com"), if_match='"1"')
equal((updated.user.name, updated.user.version), ("Ada King", 2))
patch = ProfilePatch.from_dict({"attributes": {"room": "12"}})
equal(patch_user.sync(1, client=client, body=patch).user.attributes["room"], "12")

# Problems are values with typed members.
taken = create_user.sync(client=client, body=profile("Grace Hopper", "ada@example.com"))
assert isinstance(taken, Problem)
equal((taken.status, taken.holder_id, taken.current_version), (409, 1, UNSET))
stale = replace_user.sync(1, client=client, body=profile("Ada", "ada@example.com"), if_match='"1"')
equal((stale.type_.rsplit(":", 1)[-1], stale.current_version), ("precondition-failed", 3))
invalid = create_user.sync(client=client, body=profile("", "nobody"))
equal([error.field for error in invalid.errors], ["name", "email"])
equal(get_user.sync(99, client=client).status, 404)

# A future version may have problems that this client has never heard of.
unknown = {"type": "urn:other", "title": "T", "status": 400, "detail": "D", "request_id": "R", "more": [1]}
equal(Problem.from_dict(unknown).type_, "urn:other")

# Read, now and in the past.
equal(get_user.sync(1, client=client, version=1).user.name, "Ada Lovelace")
equal(get_user.sync(1, client=client, at=updated.user.updated_at).user.name, "Ada King")
equal([user.id for user in list_users.sync(client=client, q="ada", limit=5).users], [1])

# History, restore and audit.
equal(delete_user.sync(1, client=client).user.deleted, True)
history = get_history.sync(1, client=client)
equal([entry.operation for entry in history.history], ["CREATE", "UPDATE", "UPDATE", "DELETE"])
equal(history.history[0].reason, "generated")
equal(history.history[1].changes["name"].new_value, "Ada King")
restored = restore_user.sync(1, client=client, body=RestoreRequest(email="ada.king@example.com"), version=2)
equal((restored.restored_user.email, restored.restored_user.version), ("ada.king@example.com", 5))
equal((restored.restored_from, restored.dry_run), (2, False))
audit = list_audit.sync(client=client, operation=ListAuditOperation.RESTORE, since=created.user.created_at)
equal([(entry.id, entry.restored_from) for entry in audit.audit_logs], [(5, 2)])
equal(get_audit_entry.sync(5, client=client).audit_log.operation, "RESTORE")

# The server.
equal((get_health.sync(client=client).status, get_readiness.sync(client=client).last_lsn), ("ok", 5))
equal(make_checkpoint.sync(client=client).checkpoint.lsn, 5)
equal(get_status.sync(client=client).records, 5)

# Backup.
with tarfile.open(fileobj=get_backup.sync(client=client).payload) as archive:
    names = archive.getnames()
assert "store.json" in names and any(name.startswith("wal/") for name in names), names
print("used")
