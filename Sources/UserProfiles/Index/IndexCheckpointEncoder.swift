import LogStorage

/// Writes the users of a snapshot as the blocks of a checkpoint (`IndexCheckpoint`).
struct IndexCheckpointEncoder {
    let users: UserTable

    /// Hands out block after block.
    func encode(_ put: (_ block: [UInt8]) throws -> Void) throws {
        try put(header())
        var block: [UInt8] = []
        block.reserveCapacity(IndexCheckpointFormat.blockBytes + IndexCheckpointFormat.blockBytes / 8)
        for page in users.pages {
            append(page.compacted(), to: &block)
            guard block.count >= IndexCheckpointFormat.blockBytes else { continue }
            try put(block)
            block.removeAll(keepingCapacity: true)
        }
        if !block.isEmpty { try put(block) }
    }

    private func header() -> [UInt8] {
        var block = IndexCheckpointFormat.magic
        Self.append(IndexCheckpointFormat.version, to: &block)
        Self.append(UInt32(UserPage.capacity), to: &block)
        Self.append(users.position.rawValue, to: &block)
        Self.append(users.time.microseconds, to: &block)
        Self.append(UInt64(users.count), to: &block)
        Self.append(UInt64(users.liveCount), to: &block)
        return block
    }

    private func append(_ page: UserPage, to block: inout [UInt8]) {
        Self.append(UInt32(page.entries.count), to: &block)
        Self.append(UInt32(page.texts.bytes.count), to: &block)
        for entry in page.entries {
            Self.append(entry.lsn.rawValue, to: &block)
            Self.append(entry.createdAt.microseconds, to: &block)
            Self.append(entry.updatedAt.microseconds, to: &block)
            Self.append(entry.emailKey, to: &block)
            Self.append(entry.versionAndDeleted, to: &block)
            Self.append(entry.textPlace, to: &block)
        }
        block.append(contentsOf: page.texts.bytes)
    }

    private static func append(_ number: some FixedWidthInteger, to block: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { block.append(contentsOf: $0) }
    }
}
