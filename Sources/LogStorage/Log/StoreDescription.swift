#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The contents of `store.json` (`LogFormat`, "store.json").
struct StoreDescription: Codable {
    var format: UInt16
    var minimumReader: UInt16
    var storeID: String
    var createdAt: String

    enum CodingKeys: String, CodingKey {
        case format
        case minimumReader = "minimum_reader"
        case storeID = "store_id"
        case createdAt = "created_at"
    }

    init(storeID: StoreID, createdAt: LogTimestamp) {
        format = FormatVersion.current
        minimumReader = FormatVersion.minimumReader
        self.storeID = storeID.description
        self.createdAt = createdAt.rfc3339
    }

    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// The store's id, after the version has been found readable.
    static func storeID(decoding bytes: [UInt8], file: String) throws(LogError) -> StoreID {
        let description: StoreDescription
        do {
            description = try JSONDecoder().decode(StoreDescription.self, from: Data(bytes))
        } catch {
            throw LogError(
                .damaged,
                "the store's description cannot be read",
                file: file,
                advice: LogError.restoreAdvice
            )
        }
        try FormatVersion.check(minimumReader: description.minimumReader, file: file)
        guard let id = StoreID(description.storeID) else {
            throw LogError(.damaged, "the store's id is not a UUID", file: file, advice: LogError.restoreAdvice)
        }
        return id
    }
}
