import NIOCore
import NIOHTTP1

extension RequestFault {
    /// Why llhttp refused input: its own error is one word, so the request line is looked at for the usual causes.
    ///
    /// - Parameter start: the first bytes of the request, as far as they are known.
    init(_ error: any Error, start: ByteBuffer?) {
        if case HTTPParserError.headerOverflow? = error as? HTTPParserError {
            self = .headersTooLarge
            return
        }
        let line = start?.readableBytesView.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") } ?? []
        self = Self.requestLine(Array(line)) ?? .malformed("The request is not valid HTTP\(Self.hint(error)).")
    }

    private static func hint(_ error: any Error) -> String {
        switch error as? HTTPParserError {
        case .invalidContentLength?: ": Content-Length is not one decimal number"
        case .invalidHeaderToken?: ": a header field has a character that is not allowed"
        case .invalidVersion?: ": the version is not HTTP/1.0 or HTTP/1.1"
        case .invalidChunkSize?: ": the size of a chunk is not a hexadecimal number"
        case .invalidEOFState?: ": it ends too early"
        default: ""
        }
    }

    private static func requestLine(_ line: [UInt8]) -> RequestFault? {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let method = parts.first else { return nil }
        if let fault = self.method(method) { return fault }
        guard let version = parts[1].lastIndex(of: UInt8(ascii: " ")) else { return nil }
        return target(parts[1][..<version])
    }

    private static func method(_ name: ArraySlice<UInt8>) -> RequestFault? {
        let isToken = !name.isEmpty && name.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") }
        guard isToken else { return nil }
        let text = String(decoding: name, as: UTF8.self)
        let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        if known.contains(text) { return nil }
        let upper = text.uppercased()
        let advice =
            known.contains(upper)
            ? "Methods are case-sensitive: send \(upper)." : "Send one of \(known.joined(separator: ", "))."
        return .unknownMethod("The method \(text) is not known here. \(advice)")
    }

    private static func target(_ target: ArraySlice<UInt8>) -> RequestFault? {
        if target.contains(UInt8(ascii: " ")) {
            return .malformed("The request target holds a space. Percent-encode it as %20.")
        }
        guard let index = target.firstIndex(where: { $0 <= 0x20 || $0 >= 0x7F }) else { return nil }
        // One character of UTF-8, or the one byte where it is none.
        let rest = target[index...].prefix(4)
        let length = (1...rest.count).first { String(validating: rest.prefix($0), as: UTF8.self) != nil } ?? 1
        let bytes = rest.prefix(length)
        let encoded = bytes.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
        let name =
            length > 1 ? "the character \(String(decoding: bytes, as: UTF8.self))" : "the byte \(encoded.dropFirst())"
        return .malformed("The request target holds \(name), which is not ASCII. Percent-encode it as \(encoded).")
    }
}

extension RequestHead {
    /// Why a request with this head is not taken, whatever it asks for (RFC 9112, sections 3.2, 6.1 and 7).
    ///
    /// - Parameter needsHost: whether the version of HTTP requires the field `Host`.
    func fault(_ limits: TransportLimits, needsHost: Bool) -> RequestFault? {
        if fieldCount > limits.headerFields || byteCount > limits.headerBytes { return .headersTooLarge }
        let hosts = values(of: "host")
        guard hosts.count <= 1, !(hosts.isEmpty && needsHost) else {
            return .malformed("A request needs one Host field, not \(hosts.isEmpty ? "none" : "several").")
        }
        if let host = hosts.first, !Self.isHost(host.utf8) {
            return .malformed("The Host field is no host name with an optional port.")
        }
        let codings = elements(of: "transfer-encoding")
        return codings.isEmpty || codings == ["chunked"] ? nil : .unknownTransferCoding
    }

    /// Whether a text has only the characters of RFC 3986, section 3.2.2 and 3.2.3.
    static func isHost(_ text: some Sequence<UInt8>) -> Bool {
        text.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._~!$&'()*+,;=%:[]".utf8.contains(byte)
            }
        }
    }
}
