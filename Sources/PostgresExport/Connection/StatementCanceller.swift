import CLibpq
import LogStorage

/// Ends the statement that a connection waits for, from any thread.
package final class StatementCanceller: Sendable {
    /// The address of libpq's `PGcancel` for the connection; 0 while there is none.
    private let request = Monitor<UInt>(0)

    package init() {}

    deinit {
        watch(nil)
    }

    /// From now on the statements of this connection are meant; of none if `nil`.
    func watch(_ connection: OpaquePointer?) {
        request.withLock { request in
            if let old = OpaquePointer(bitPattern: request) { PQfreeCancel(old) }
            request = connection.flatMap { PQgetCancel($0) }.map { UInt(bitPattern: $0) } ?? 0
        }
    }

    /// Asks the server to end the statement that runs; does nothing when none runs. Blocks until the server has the
    /// request.
    package func cancel() {
        request.withLock { request in
            guard let request = OpaquePointer(bitPattern: request) else { return }
            var message = [CChar](repeating: 0, count: 256)
            PQcancel(request, &message, Int32(message.count))
        }
    }
}
