#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The contents of `store.json` (`LogFormat`, "store.json").
struct StoreDescription: Decodable, Equatable {
    var format: UInt16
    var minimumReader: UInt16
    var storeID: String
    var createdAt: String
    /// Absent in stores that were made before it was invented.
    var checksum: String?

    enum CodingKeys: String, CodingKey {
        case format
        case minimumReader = "minimum_reader"
        case storeID = "store_id"
        case createdAt = "created_at"
        case checksum
    }

    init(storeID: StoreID, createdAt: LogTimestamp) {
        format = FormatVersion.current
        minimumReader = FormatVersion.minimumReader
        self.storeID = storeID.description
        self.createdAt = createdAt.rfc3339
        checksum = expectedChecksum
    }

    /// Written by hand, so that every byte is known and can be verified.
    func encoded() -> [UInt8] {
        let sum = checksum.map { #"  "checksum" : "\#($0)",\#n"# } ?? ""
        let text = """
            {
            \(sum)  "created_at" : "\(createdAt)",
              "format" : \(format),
              "minimum_reader" : \(minimumReader),
              "store_id" : "\(storeID)"
            }

            """
        return Array(text.utf8)
    }

    /// What every version of the format has, and all that may be believed before it is known which one this is.
    private struct Version: Decodable {
        var format: UInt16
        var minimumReader: UInt16

        enum CodingKeys: String, CodingKey {
            case format
            case minimumReader = "minimum_reader"
        }
    }

    /// Reads a description; the version is looked at before anything that a newer one may have changed.
    ///
    /// - Throws: ``LogError/Code/damaged`` for anything but what ``encoded()`` gives, white space apart, and
    ///   ``LogError/Code/unsupportedFormat``.
    init(decoding bytes: [UInt8], file: String) throws(LogError) {
        func damaged(_ what: String) -> LogError {
            LogError(.damaged, "the store's description \(what)", file: file, advice: Self.advice)
        }
        func decoded<Part: Decodable>(_ part: Part.Type) throws(LogError) -> Part {
            do {
                return try JSONDecoder().decode(part, from: Data(bytes))
            } catch {
                throw damaged("cannot be read")
            }
        }
        let version = try decoded(Version.self)
        // The checksum cannot tell a flipped bit from a newer version, but that changes both numbers.
        guard version.minimumReader <= version.format else {
            throw damaged("asks for a newer reader than its own format")
        }
        try FormatVersion.check(minimumReader: version.minimumReader, file: file)
        self = try decoded(StoreDescription.self)
        if let checksum, checksum != expectedChecksum { throw damaged("is not what was written: wrong checksum") }
        guard StoreID(storeID) != nil else { throw damaged("holds an id that is not a UUID") }
    }

    static let advice = "Move it away: the next start of the server makes it anew from the segments"

    /// CRC-32 of the four values as text, one blank between them, in eight hexadecimal digits.
    private var expectedChecksum: String {
        let sum = Checksum.of(Array("\(format) \(minimumReader) \(storeID) \(createdAt)".utf8))
        let digits = String(sum, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
