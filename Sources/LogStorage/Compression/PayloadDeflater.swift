/// Deflates payloads.
///
/// Short ones use the fixed Huffman codes: tables of their own would cost them more than they save. Long ones get tables,
/// from zlib.
enum PayloadDeflater {
    /// The deflated form of `bytes` with the current dictionary, or `nil` where zlib has no memory.
    static func deflate(_ bytes: [UInt8]) -> [UInt8]? {
        let id = PresetDictionary.currentID
        return bytes.count <= ShortDeflater.maximumBytes
            ? try? short.with(dictionary: id) { $0.deflate(bytes) }
            : try? long.with(dictionary: id) { $0.deflate(bytes) }
    }

    private static let short = CodecPool { id throws(LogError) in
        ShortDeflater(dictionary: try PresetDictionary.known(id))
    }
    private static let long = CodecPool { id throws(LogError) in
        try LongDeflater(dictionary: try PresetDictionary.known(id))
    }
}
