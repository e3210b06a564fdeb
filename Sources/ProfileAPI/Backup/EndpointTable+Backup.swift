import HTTPTypes

extension EndpointTable {
    static let backup: [Endpoint] = [
        Endpoint(
            method: .get,
            path: PathTemplate("/admin/backup"),
            operation: "getBackup",
            tag: "administration",
            access: .admins,
            summary: "A consistent copy of the store as a tar archive",
            description: """
                Holds everything that was acknowledged before the request, and is a data directory once it is unpacked: \
                `store.json`, `wal/` and the newest checkpoint. The accounts are not in it. Writes go on meanwhile. It is \
                whole if as many bytes came as `Content-Length` says; it is cut off when the client takes nothing for \
                as long as a request may take, or when damage is found.
                """,
            successes: [
                Endpoint.Success(
                    status: .ok,
                    summary: "The archive.",
                    types: [.tar, .binary],
                    headers: ["Content-Disposition"]
                )
            ],
            problems: [.overloaded],
            isSensitiveRead: true,
            handler: .withStore(BackupHandlers.backup)
        )
    ]
}
