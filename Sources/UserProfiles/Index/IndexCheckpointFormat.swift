/// Sizes and constants of the checkpoint's body. `IndexCheckpoint` is the authority.
enum IndexCheckpointFormat {
    static let magic: [UInt8] = Array("UPINDEX1".utf8)
    static let version: UInt32 = 2
    /// A block ends with the page that brings it to this size.
    static let blockBytes = 1 << 20

    static let headerBytes = 8 + 4 + 4 + 8 + 8 + 8 + 8
    static let pageHeaderBytes = 4 + 4
    static let entryBytes = 8 + 8 + 8 + 8 + 4 + 4
}
