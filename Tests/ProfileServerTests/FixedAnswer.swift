import Foundation
import TestSupport

/// Something that listens on a port and says the same to everybody who connects, whatever they ask.
final class FixedAnswer: Sendable {
    let port: Int
    private let descriptor: Int32

    struct Failure: Error {}

    /// - Parameter text: what is sent; nil to say nothing and keep the connection.
    init(_ text: String?) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard status else {
            close(listener)
            throw Failure()
        }
        descriptor = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread { Self.answer(listener, text) }.start()
    }

    deinit {
        // Wakes the thread that waits for a connection, which then closes it.
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    private static func answer(_ listener: Int32, _ text: String?) {
        var silent: [Int32] = []
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            guard let text else {
                silent.append(connection)
                continue
            }
            // What is asked is read first: closing with bytes unread would reset the connection.
            var buffer = [UInt8](repeating: 0, count: 4 << 10)
            _ = recv(connection, &buffer, buffer.count, 0)
            let bytes = Array(text.utf8)
            _ = Foundation.send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            close(connection)
        }
        for connection in silent + [listener] { close(connection) }
    }
}
