import Foundation
import UserProfiles

/// A client on one connection that blocks its thread: what a test of a whole process needs, and nothing more.
final class HTTPClient {
    struct Answer {
        let status: Int
        let body: [UInt8]

        /// A member of a JSON body: `answer["user", "version"]`.
        subscript(_ path: String...) -> JSONValue? {
            var value = try? JSONParser.parse(body)
            for part in path {
                guard case .object(let object)? = value else { return nil }
                value = object[part]
            }
            return value
        }

        func integer(_ path: String...) -> Int? {
            var value = try? JSONParser.parse(body)
            for part in path {
                guard case .object(let object)? = value else { return nil }
                value = object[part]
            }
            guard case .number(let number)? = value else { return nil }
            return Int(number.text)
        }
    }

    /// The connection broke before an answer was complete: whether the request took effect is not known.
    struct Broken: Error {}

    private let descriptor: Int32
    private let authorization: String
    private var received: [UInt8] = []

    convenience init(port: Int, user: String = "admin", password: String) throws {
        let credentials = Data("\(user):\(password)".utf8).base64EncodedString()
        try self.init(port: port, authorization: "Basic \(credentials)")
    }

    convenience init(port: Int, token: String) throws {
        try self.init(port: port, authorization: "Bearer \(token)")
    }

    private init(port: Int, authorization: String) throws {
        self.authorization = authorization
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(descriptor)
            throw Broken()
        }
    }

    deinit {
        close(descriptor)
    }

    /// Sends a request and waits for its answer.
    ///
    /// - Throws: ``Broken`` if the connection ends first.
    func send(
        _ method: String,
        _ path: String,
        _ json: String? = nil,
        accept: String? = nil,
        headers: [String] = []
    ) throws -> Answer {
        try write(request(method, path, json, accept: accept, headers: headers))
        return try readAnswer()
    }

    /// The bytes of a request, to be sent in parts.
    ///
    /// - Parameter headers: whole lines; a `Content-Type` among them replaces that of JSON.
    func request(
        _ method: String,
        _ path: String,
        _ json: String? = nil,
        accept: String? = nil,
        headers: [String] = []
    ) -> [UInt8] {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: \(authorization)\r\n"
        if let accept { text += "Accept: \(accept)\r\n" }
        for header in headers { text += "\(header)\r\n" }
        if let json {
            let hasType = headers.contains { $0.hasPrefix("Content-Type:") }
            if !hasType { text += "Content-Type: application/json\r\n" }
            text += "Content-Length: \(json.utf8.count)\r\n"
        }
        text += "\r\n\(json ?? "")"
        return Array(text.utf8)
    }

    func write(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Broken() }
            sent += count
        }
    }

    /// Waits for the answer to what was written.
    func readAnswer() throws -> Answer {
        var end = headEnd()
        while end == nil {
            try receive()
            end = headEnd()
        }
        let head = String(decoding: received[..<(end ?? 0)], as: UTF8.self)
        let length = head.firstMatch(of: /(?i)content-length: *(\d+)/).flatMap { Int($0.1) } ?? 0
        let total = (end ?? 0) + length
        while received.count < total { try receive() }
        defer { received.removeFirst(total) }
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return Answer(status: status, body: Array(received[(end ?? 0)..<total]))
    }

    private func headEnd() -> Int? {
        let mark: [UInt8] = [13, 10, 13, 10]
        guard received.count >= mark.count else { return nil }
        return (0...(received.count - mark.count)).first { received[$0..<($0 + mark.count)].elementsEqual(mark) }
            .map { $0 + mark.count }
    }

    private func receive() throws {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { throw Broken() }
        received += buffer[..<count]
    }
}
