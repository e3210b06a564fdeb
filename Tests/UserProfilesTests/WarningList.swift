import LogStorage
import Logging

/// Keeps what is logged as a warning or worse, with its metadata.
final class WarningList: LogHandler {
    private let kept = Monitor<[String]>([])

    var texts: [String] { kept.withLock { $0 } }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    var logLevel: Logger.Level {
        get { .warning }
        set {}
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        let metadata = event.metadata.map { "\($0)" } ?? ""
        kept.withLock { $0.append("\(event.message) \(metadata)") }
    }
}
