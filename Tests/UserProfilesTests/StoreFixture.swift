import LogStorage
import Logging
import TestSupport
import Testing

@testable import UserProfiles

/// A store for one test, over a log in memory or a real one on a disk of its own.
final class StoreFixture: Sendable {
    enum Backing: Sendable, CaseIterable, CustomTestStringConvertible {
        case memoryLog
        case writeAheadLog

        var testDescription: String { "\(self)" }
    }

    let clock = ManualClock()
    let memory: MemoryLog
    private let backing: Backing
    private let directory: TemporaryDirectory?
    private let keys: TextKeys
    private let adjust: @Sendable (inout ProfileStoreConfiguration) -> Void

    init(
        _ backing: Backing = .memoryLog,
        keys: TextKeys = .standard,
        adjust: @escaping @Sendable (inout ProfileStoreConfiguration) -> Void = { _ in }
    ) throws {
        self.backing = backing
        self.keys = keys
        self.adjust = adjust
        memory = MemoryLog(clock: clock)
        directory = backing == .writeAheadLog ? try TemporaryDirectory() : nil
    }

    var configuration: ProfileStoreConfiguration {
        var log = LogConfiguration(directory: directory?.path ?? "/nowhere")
        log.segmentBytes = 64 << 10
        log.now = { [clock] in clock.now() }
        var configuration = ProfileStoreConfiguration(log: log)
        adjust(&configuration)
        return configuration
    }

    func open(_ progress: (RecoveryProgress) -> Void = { _ in }) throws -> ProfileStore {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        switch backing {
        case .memoryLog:
            return try ProfileStore.open(
                configuration,
                log: memory,
                checkpoints: memory,
                keys: keys,
                logger: logger,
                progress: progress
            )
        case .writeAheadLog:
            return try ProfileStore.open(configuration, logger: logger, progress: progress)
        }
    }
}

extension ChangeContext {
    static func by(_ actor: String, reason: String? = nil) -> ChangeContext {
        ChangeContext(actor: actor, reason: reason, requestID: "req-1", sourceIP: "127.0.0.1")
    }
}

extension ProfileDraft {
    init(_ name: String, _ email: String, _ attributes: String = "{}") throws {
        guard case .object(let object) = try JSONParser.parse(Array(attributes.utf8)) else { throw NotAnObject() }
        self.init(try Profile(name: name, email: email, attributes: object))
    }

    struct NotAnObject: Error {}
}

extension JSONValue {
    /// Reads a literal of a test.
    static func text(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }
}

/// The error that `body` throws, to look at its code.
func failure<Value>(_ body: () async throws -> Value) async -> ProfileError.Code? {
    do {
        _ = try await body()
        return nil
    } catch {
        return (error as? ProfileError)?.code
    }
}
