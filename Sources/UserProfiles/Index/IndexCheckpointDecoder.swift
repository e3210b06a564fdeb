import LogStorage

/// Reads the blocks of a checkpoint (`IndexCheckpoint`), checking all that the index relies on.
///
/// It hands out the pages as they come and keeps none of them.
struct IndexCheckpointDecoder {
    /// Why a body is not a usable index.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What the first block says, once it was there.
    private(set) var header: IndexCheckpointHeader?
    private var users = 0
    private var live = 0

    init() {}

    /// Takes in the next block and hands its pages to `body`.
    mutating func take(_ block: [UInt8], _ body: (UserPage) throws -> Void) throws {
        try block.withUnsafeBytes { bytes in
            if let header {
                try takePages(bytes, header, body)
            } else {
                header = try Self.header(bytes)
            }
        }
    }

    /// Checks that everything was there, once all blocks were.
    ///
    /// - Parameter lsn: the last record that the checkpoint must cover.
    @discardableResult
    func finish(at lsn: LogSequenceNumber) throws -> IndexCheckpointHeader {
        guard let header, header.position == lsn else { throw Failure(description: "it is about another record") }
        guard users == header.users, live == header.liveUsers else {
            throw Failure(description: "it has \(users) users instead of \(header.users)")
        }
        return header
    }

    private static func header(_ bytes: UnsafeRawBufferPointer) throws -> IndexCheckpointHeader {
        guard bytes.count == IndexCheckpointFormat.headerBytes,
            bytes.prefix(IndexCheckpointFormat.magic.count).elementsEqual(IndexCheckpointFormat.magic),
            load(UInt32.self, bytes, 8) == IndexCheckpointFormat.version,
            load(UInt32.self, bytes, 12) == UInt32(UserPage.capacity)
        else { throw Failure(description: "it is in a format that this version does not read") }
        return IndexCheckpointHeader(
            position: LogSequenceNumber(load(UInt64.self, bytes, 16)),
            time: LogTimestamp(microseconds: load(Int64.self, bytes, 24)),
            users: Int(clamping: load(UInt64.self, bytes, 32)),
            liveUsers: Int(clamping: load(UInt64.self, bytes, 40))
        )
    }

    private mutating func takePages(
        _ bytes: UnsafeRawBufferPointer,
        _ header: IndexCheckpointHeader,
        _ body: (UserPage) throws -> Void
    ) throws {
        var offset = 0
        while offset < bytes.count {
            guard bytes.count - offset >= IndexCheckpointFormat.pageHeaderBytes else { throw Self.cutOff }
            let entryCount = Int(Self.load(UInt32.self, bytes, offset))
            let textBytes = Int(Self.load(UInt32.self, bytes, offset + 4))
            offset += IndexCheckpointFormat.pageHeaderBytes
            guard (1...UserPage.capacity).contains(entryCount), users % UserPage.capacity == 0,
                bytes.count - offset >= entryCount * IndexCheckpointFormat.entryBytes + textBytes
            else { throw Self.cutOff }
            let entryEnd = offset + entryCount * IndexCheckpointFormat.entryBytes
            let page = try Self.page(
                entries: UnsafeRawBufferPointer(rebasing: bytes[offset..<entryEnd]),
                texts: Array(bytes[entryEnd..<entryEnd + textBytes]),
                position: header.position
            )
            users += entryCount
            live += page.entries.reduce(0) { $0 + ($1.deleted ? 0 : 1) }
            try body(page)
            offset = entryEnd + textBytes
        }
    }

    private static func page(
        entries bytes: UnsafeRawBufferPointer,
        texts: [UInt8],
        position: LogSequenceNumber
    ) throws -> UserPage {
        let count = bytes.count / IndexCheckpointFormat.entryBytes
        var textCount = 0
        let store = SearchTextStore(bytes: texts, count: 0)
        var isGood = true
        let entries = [UserEntry](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count {
                let entry = Self.entry(bytes, index * IndexCheckpointFormat.entryBytes)
                buffer.initializeElement(at: index, to: entry)
                if entry.textPlace != 0 {
                    textCount += 1
                    isGood = isGood && store.range(entry.textPlace) != nil
                }
                isGood =
                    isGood && entry.version.rawValue >= 1 && entry.lsn >= LogSequenceNumber(1)
                    && entry.lsn <= position && entry.createdAt <= entry.updatedAt
            }
            initialized = count
        }
        guard isGood else { throw Failure(description: "it has an impossible entry") }
        return UserPage(entries: entries, texts: SearchTextStore(bytes: texts, count: textCount))
    }

    private static func entry(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UserEntry {
        UserEntry(
            lsn: LogSequenceNumber(load(UInt64.self, bytes, offset)),
            createdAt: LogTimestamp(microseconds: load(Int64.self, bytes, offset + 8)),
            updatedAt: LogTimestamp(microseconds: load(Int64.self, bytes, offset + 16)),
            emailKey: load(UInt64.self, bytes, offset + 24),
            versionAndDeleted: load(UInt32.self, bytes, offset + 32),
            textPlace: load(UInt32.self, bytes, offset + 36)
        )
    }

    private static func load<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type,
        _ bytes: UnsafeRawBufferPointer,
        _ offset: Int
    ) -> Number {
        Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }

    private static let cutOff = Failure(description: "it has a page that is cut off or out of place")
}
