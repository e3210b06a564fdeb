/// Bounds and offsets of a frame. `LogFormat`, "Frame" is the authority.
enum FrameLayout {
    /// First bytes of every frame header; never zero, so that preallocated space does not look like a frame.
    static let marker: UInt16 = 0xF5A7

    static let markerBytes = 2
    static let recordCountBytes = 2
    static let bodyLengthBytes = 4
    static let firstLSNBytes = 8
    static let baseTimeBytes = 8
    static let syncedOffsetBytes = 4
    static let headerChecksumBytes = 4
    static let bodyChecksumBytes = 4

    static let recordCountOffset = markerBytes
    static let bodyLengthOffset = recordCountOffset + recordCountBytes
    static let firstLSNOffset = bodyLengthOffset + bodyLengthBytes
    static let baseTimeOffset = firstLSNOffset + firstLSNBytes
    static let syncedOffsetOffset = baseTimeOffset + baseTimeBytes
    static let headerChecksumOffset = syncedOffsetOffset + syncedOffsetBytes
    static let headerBytes = headerChecksumOffset + headerChecksumBytes

    /// The most bytes of JSON in one record.
    static let maximumPayloadBytes = 1 << 20
    /// The most bytes of records in one frame: bounds what a damaged length can make a reader do.
    static let maximumBodyBytes = 4 << 20
    /// The most records in one frame.
    static let maximumRecords = Int(UInt16.max)
}
