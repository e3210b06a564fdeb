import Foundation

/// A connection of which a test may have thousands.
final class RawConnection {
    struct Refused: Error {
        let number: Int32
    }

    private let descriptor: Int32

    /// - Parameter source: the last number of the address 127.0.0.x to come from: each has some 28,000 ports.
    init(port: Int, source: UInt32 = 1) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var from = Self.address(0x7F00_0000 + source, 0)
        var to = Self.address(0x7F00_0001, port)
        guard descriptor >= 0, Self.call(bind, descriptor, &from) == 0, Self.call(connect, descriptor, &to) == 0 else {
            let number = errno
            if descriptor >= 0 { close(descriptor) }
            throw Refused(number: number)
        }
    }

    deinit {
        close(descriptor)
    }

    /// Sends what the system takes at once; false when the server has closed.
    @discardableResult
    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    /// Waits up to `seconds` for something to read: what there is, empty when the server has closed, nil when nothing
    /// came.
    func receive(seconds: Double) -> String? {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, Int32(seconds * 1000)) > 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 4 << 10)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    private static func address(_ number: UInt32, _ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = number.bigEndian
        return address
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32,
        _ descriptor: Int32,
        _ address: inout sockaddr_in
    ) -> Int32 {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
