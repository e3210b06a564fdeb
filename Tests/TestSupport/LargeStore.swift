import LogStorage
import Logging
import UserProfiles

/// A store that is large without much work: one user, and a checkpoint of any size.
package enum LargeStore {
    /// Makes it in a folder.
    ///
    /// - Parameter mebibytes: what the checkpoint takes; its blocks are whole and mean nothing, so a server reads the log.
    package static func make(in folder: String, mebibytes: Int) async throws {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let configuration = LogConfiguration(directory: folder)
        let store = try ProfileStore.open(ProfileStoreConfiguration(log: configuration), logger: logger)
        let json = try JSONParser.parse(Array(#"{"name":"Ада","email":"ada@example.com"}"#.utf8))
        let context = ChangeContext(actor: "admin", reason: nil, requestID: "x", sourceIP: nil)
        _ = try await store.create(ProfileDraft(json: json), context)
        await store.close()
        let log = try WriteAheadLog.open(configuration, logger: logger)
        try log.writeCheckpoint(log.checkpointPosition()) { write in
            for number in 0..<mebibytes {
                try write([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 1 << 20))
            }
        }
        log.close()
    }
}
