import Foundation
import Synchronization

/// A connection to a program that was started, which closes when this process ends, however it ends: no other process
/// has this end of it. A program that reads from it can never outlive the tests by mistake.
final class Lifeline: Sendable {
    struct Failure: Error {}

    private let own: Mutex<Int32?>
    private let others: Mutex<Int32?>

    init() throws {
        var ends: [Int32] = [0, 0]
        // A pipe could not be made unknown to programs that other threads are just starting.
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw Failure() }
        own = Mutex(ends[0])
        others = Mutex(ends[1])
    }

    deinit {
        cut()
        handOver { _ in }
    }

    /// Lends the program's end, and closes it here afterwards.
    func handOver(_ body: (Int32) -> Void) {
        others.withLock { others in
            if let descriptor = others {
                body(descriptor)
                close(descriptor)
            }
            others = nil
        }
    }

    /// Sends a line.
    func send(_ line: String) throws {
        let bytes = Array("\(line)\n".utf8)
        let sent = own.withLock { own in
            own.map { Foundation.send($0, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
        }
        guard sent == bytes.count else { throw Failure() }
    }

    /// Waits for a line.
    func receive() throws -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while own.withLock({ own in own.map { read($0, &byte, 1) } }) == 1 {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        throw Failure()
    }

    /// Lets the program know that its time has come.
    func cut() {
        own.withLock { own in
            if let descriptor = own { close(descriptor) }
            own = nil
        }
    }
}
