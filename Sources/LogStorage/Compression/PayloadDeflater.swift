/// Deflates payloads.
///
/// Short ones use the fixed Huffman codes: tables of their own would cost them more than they save. Long ones get tables,
/// from zlib.
enum PayloadDeflater {
    /// The deflated form of `bytes` with the current dictionary, or `nil` where zlib has no memory.
    static func deflate(_ bytes: [UInt8]) -> [UInt8]? {
        bytes.count <= ShortDeflater.maximumBytes
            ? short.lend { $0.deflate(bytes) } : long.lend { $0.deflate(bytes) }
    }

    private static let short = IdlePool { dictionary.map { ShortDeflater(dictionary: $0) } }
    private static let long = IdlePool { dictionary.flatMap { LongDeflater(dictionary: $0) } }

    private static var dictionary: [UInt8]? { PresetDictionary.bytes(id: PresetDictionary.currentID) }
}
