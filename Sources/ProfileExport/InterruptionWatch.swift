import LogStorage
import PostgresExport
import ToolConsole

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Ends the process within a second of a signal, whatever it waits for.
///
/// First the statement that PostgreSQL works on is cancelled, and the job ends as usual. When that does not help, because
/// nobody answers, the process ends without the job. Nothing is half done: a batch is one transaction.
enum InterruptionWatch {
    /// How long a batch may still take, in milliseconds.
    private static let grace: Int32 = 250
    /// How long the job may still take.
    private static let limit: Int32 = 850
    /// Between two looks at whether a signal came, and between two requests to cancel.
    private static let interval: Int32 = 50

    /// Begins to watch, on two threads, since a request to cancel may not be answered either.
    static func start(_ canceller: StatementCanceller) throws(SystemCallError) {
        try watch("cancel", after: grace) { canceller.cancel() }
        try watch("end", after: limit) { end() }
    }

    private static func watch(
        _ name: String,
        after pause: Int32,
        _ action: @escaping @Sendable () -> Void
    ) throws(SystemCallError) {
        _ = try WorkerThread(name: name) {
            while true {
                poll(nil, 0, interval)
                guard Interruption.isRequested else { continue }
                poll(nil, 0, pause)
                // Until the job has ended: a request that comes between two statements is lost.
                while Interruption.isRequested {
                    action()
                    poll(nil, 0, interval)
                }
            }
        }
    }

    private static func end() {
        Console.standard()
            .note("profile-export: ended by a signal while it waited; what was not committed was taken back\n")
        _exit(ToolStatus.unavailable.rawValue)
    }
}
