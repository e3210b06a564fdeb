import LogStorage
package import Logging

/// Keeps what is logged as a warning or worse, or from another level on, with its metadata.
package final class WarningList: LogHandler {
    private let kept = Monitor<[String]>([])

    private let level: Logger.Level

    package init(from level: Logger.Level = .warning) {
        self.level = level
    }

    package var texts: [String] { kept.withLock { $0 } }

    package var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    package var logLevel: Logger.Level {
        get { level }
        set {}
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    package func log(event: LogEvent) {
        let metadata = event.metadata.map { "\($0)" } ?? ""
        kept.withLock { $0.append("\(event.message) \(metadata)") }
    }
}
