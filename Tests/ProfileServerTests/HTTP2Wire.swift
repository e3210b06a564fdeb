import Foundation
import Synchronization

/// A connection of HTTP/2 on which any frames can be sent, allowed or not; openssl's client does the TLS.
final class HTTP2Wire {
    struct Frame: Equatable {
        let type: UInt8
        let flags: UInt8
        let stream: UInt32
        let payload: [UInt8]

        /// The error code of a RST_STREAM or GOAWAY.
        var errorCode: Int? {
            let code = type == 3 ? payload.prefix(4) : payload.dropFirst(4).prefix(4)
            return [3, 7].contains(type) ? code.reduce(0) { $0 << 8 | Int($1) } : nil
        }
    }

    // RFC 9113, section 6.
    static let data: UInt8 = 0
    static let headers: UInt8 = 1
    static let reset: UInt8 = 3
    static let settings: UInt8 = 4
    static let ping: UInt8 = 6
    static let goAway: UInt8 = 7
    static let continuation: UInt8 = 9
    static let endStream: UInt8 = 1
    static let endHeaders: UInt8 = 4
    static let acknowledgement: UInt8 = 1
    /// What a client begins with (RFC 9113, section 3.4).
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(settings)

    /// In seconds: how long a server that should close and does not is waited for.
    private static let patience = 60.0

    private let client: Client
    private let input = Pipe()
    private let output = Pipe()
    private var received: [UInt8] = []

    init(port: Int) throws {
        client = try Client(port: port, input: input, output: output)
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.patience) { [weak client] in client?.end() }
        try send(Self.preface)
    }

    deinit {
        client.end()
    }

    /// openssl's client as a process.
    private final class Client: Sendable {
        private let process: Mutex<Process>

        init(port: Int, input: Pipe, output: Pipe) throws {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/openssl")
            process.arguments = ["s_client", "-quiet", "-alpn", "h2", "-connect", "127.0.0.1:\(port)"]
            process.standardInput = input
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            self.process = Mutex(process)
        }

        /// It may have inherited that it does not hear a milder signal.
        func end() {
            process.withLock { process in
                if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            }
        }
    }

    static func frame(_ type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) -> [UInt8] {
        var bytes = bigEndian(payload.count, bytes: 3)
        bytes += [type, flags]
        bytes += bigEndian(Int(stream), bytes: 4)
        return bytes + payload
    }

    private static func bigEndian(_ number: Int, bytes: Int) -> [UInt8] {
        (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// Fields as HPACK's literals without indexing and without Huffman (RFC 7541, section 6.2.2).
    static func fields(_ fields: [(String, String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in fields {
            bytes.append(0)
            bytes += length(name) + Array(name.utf8)
            bytes += length(value) + Array(value.utf8)
        }
        return bytes
    }

    /// The fields that make a request.
    static func request(_ method: String, _ path: String, _ more: [(String, String)] = []) -> [UInt8] {
        let login = Data("admin:\(ServerProcess.password)".utf8).base64EncodedString()
        return fields(
            [
                (":method", method), (":scheme", "https"), (":path", path), (":authority", "localhost"),
                ("authorization", "Basic \(login)"),
            ] + more
        )
    }

    private static func length(_ text: String) -> [UInt8] {
        let count = text.utf8.count
        if count < 127 { return [UInt8(count)] }
        var rest = count - 127
        var bytes: [UInt8] = [127]
        while rest >= 128 {
            bytes.append(UInt8(rest % 128 + 128))
            rest /= 128
        }
        return bytes + [UInt8(rest)]
    }

    func send(_ bytes: [UInt8]) throws {
        try input.fileHandleForWriting.write(contentsOf: Data(bytes))
    }

    /// Whether the server closes by itself, without a frame of that type before.
    func closes(without type: UInt8 = continuation, within seconds: Int = 45) -> Bool {
        let began = ContinuousClock.now
        return next(type) == nil && began.duration(to: .now) < .seconds(seconds)
    }

    /// The next frame; nil once the server has closed, or does not in a long time.
    func next() -> Frame? {
        while true {
            if let frame = parse() { return frame }
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { return nil }
            received += data
        }
    }

    /// Reads on until a frame of that type comes; nil if the server closes first.
    func next(_ type: UInt8) -> Frame? {
        while let frame = next() {
            if frame.type == type { return frame }
        }
        return nil
    }

    private func parse() -> Frame? {
        guard received.count >= 9 else { return nil }
        let length = received.prefix(3).reduce(0) { $0 << 8 | Int($1) }
        guard received.count >= 9 + length else { return nil }
        defer { received.removeFirst(9 + length) }
        return Frame(
            type: received[3],
            flags: received[4],
            stream: received[5..<9].reduce(0) { $0 << 8 | UInt32($1) },
            payload: Array(received[9..<(9 + length)])
        )
    }
}
