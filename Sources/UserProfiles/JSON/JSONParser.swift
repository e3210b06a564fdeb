/// Reads JSON strictly (RFC 8259): UTF-8 only, no duplicate keys, no lone surrogates, bounded depth, nothing behind
/// the value.
public struct JSONParser {
    /// Reads the one value that `bytes` hold.
    public static func parse(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) -> JSONValue {
        try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
            try parse(UnsafeRawBufferPointer(buffer), limits: limits)
        }
    }

    /// Reads the one value that `bytes` hold, without keeping them.
    public static func parse(
        _ bytes: UnsafeRawBufferPointer,
        limits: JSONLimits = JSONLimits()
    ) throws(JSONError) -> JSONValue {
        let bytes = bytes.assumingMemoryBound(to: UInt8.self)
        var reader = JSONReader(bytes, limits: limits)
        do {
            return try reader.document()
        } catch {
            throw JSONError(error, in: bytes)
        }
    }
}

extension JSONError {
    /// The error for a reader's `failure`, with its place counted out.
    init(_ failure: JSONReader.Failure, in bytes: UnsafeBufferPointer<UInt8>) {
        var line = 1
        var lineStart = 0
        for index in 0..<min(failure.offset, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        self.init(offset: failure.offset, line: line, column: failure.offset - lineStart + 1, message: failure.message)
    }
}
