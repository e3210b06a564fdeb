import HTTPTypes
import NIOCore

/// The head of answers that differ in a few values only, written out beforehand as HTTP/1.1 sends it.
struct HeadTemplate: Sendable {
    /// What stands at the end of a piece of text.
    private enum Value {
        case entityTag
        case contentLength
        case requestID
        case date
        case none
    }

    /// Text that is always the same, each piece with the value behind it.
    private let parts: [(text: [UInt8], value: Value)]
    private let textBytes: Int

    /// - Parameter head: of one such answer, whatever its values are.
    init(_ head: HTTPResponse) {
        var parts: [(text: [UInt8], value: Value)] = []
        var text = Array("HTTP/1.1 \(head.status.code) \(head.status.reasonPhrase)\r\n".utf8)
        for field in head.headerFields {
            text += Array("\(field.name.rawName): ".utf8)
            let value = Self.value(of: field.name)
            if value == .none {
                text += Array(field.value.utf8)
            } else {
                parts.append((text, value))
                text = []
            }
            text += Array("\r\n".utf8)
        }
        parts.append((text + Array("\r\n".utf8), .none))
        self.parts = parts
        textBytes = parts.reduce(0) { $0 + $1.text.count }
    }

    private static func value(of name: HTTPField.Name) -> Value {
        switch name {
        case .eTag: .entityTag
        case .contentLength: .contentLength
        case .requestID: .requestID
        case .date: .date
        default: .none
        }
    }

    /// The bytes of an answer.
    func answer(entityTag: String, requestID: String, body: [UInt8], _ allocator: ByteBufferAllocator) -> ByteBuffer {
        let (length, date) = (String(body.count), HTTPDate.text())
        let values = entityTag.utf8.count + length.utf8.count + requestID.utf8.count + date.utf8.count
        var buffer = allocator.buffer(capacity: textBytes + values + body.count)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: textBytes + values + body.count) { target in
            var count = 0
            func put(_ bytes: UnsafeRawBufferPointer) {
                UnsafeMutableRawBufferPointer(rebasing: target[count...]).copyMemory(from: bytes)
                count += bytes.count
            }
            func put(_ text: String) {
                var text = text
                text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
            }
            for part in parts {
                part.text.withUnsafeBytes(put)
                switch part.value {
                case .entityTag: put(entityTag)
                case .contentLength: put(length)
                case .requestID: put(requestID)
                case .date: put(date)
                case .none: break
                }
            }
            body.withUnsafeBytes(put)
            return count
        }
        return buffer
    }
}
