import LogStorage

/// Reads the blocks of a checkpoint (`IndexCheckpoint`), checking all that the index relies on.
struct IndexCheckpointDecoder {
    /// Why a body is not a usable index.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private var users = UserTable()
    private var expectedUsers = 0
    private var expectedLive = 0
    private var hasHeader = false

    init() {}

    /// Takes in the next block.
    mutating func take(_ block: [UInt8]) throws {
        try block.withUnsafeBytes { bytes in
            if hasHeader {
                try takePages(bytes)
            } else {
                try takeHeader(bytes)
            }
        }
    }

    /// The users, once all blocks are there.
    ///
    /// - Parameter lsn: the last record that the checkpoint must cover.
    func finish(at lsn: LogSequenceNumber) throws -> UserTable {
        guard hasHeader, users.position == lsn else { throw Failure(description: "it is about another record") }
        guard users.count == expectedUsers, users.liveCount == expectedLive else {
            throw Failure(description: "it has \(users.count) users instead of \(expectedUsers)")
        }
        return users
    }

    private mutating func takeHeader(_ bytes: UnsafeRawBufferPointer) throws {
        guard bytes.count == IndexCheckpointFormat.headerBytes,
            bytes.prefix(IndexCheckpointFormat.magic.count).elementsEqual(IndexCheckpointFormat.magic),
            Self.load(UInt32.self, bytes, 8) == IndexCheckpointFormat.version,
            Self.load(UInt32.self, bytes, 12) == UInt32(UserPage.capacity)
        else { throw Failure(description: "it is in a format that this version does not read") }
        users.position = LogSequenceNumber(Self.load(UInt64.self, bytes, 16))
        users.time = LogTimestamp(microseconds: Self.load(Int64.self, bytes, 24))
        expectedUsers = Int(clamping: Self.load(UInt64.self, bytes, 32))
        expectedLive = Int(clamping: Self.load(UInt64.self, bytes, 40))
        hasHeader = true
    }

    private mutating func takePages(_ bytes: UnsafeRawBufferPointer) throws {
        var offset = 0
        while offset < bytes.count {
            guard bytes.count - offset >= IndexCheckpointFormat.pageHeaderBytes else { throw Self.cutOff }
            let entryCount = Int(Self.load(UInt32.self, bytes, offset))
            let textBytes = Int(Self.load(UInt32.self, bytes, offset + 4))
            offset += IndexCheckpointFormat.pageHeaderBytes
            guard (1...UserPage.capacity).contains(entryCount), users.count % UserPage.capacity == 0,
                bytes.count - offset >= entryCount * IndexCheckpointFormat.entryBytes + textBytes
            else { throw Self.cutOff }
            let entryEnd = offset + entryCount * IndexCheckpointFormat.entryBytes
            try takePage(
                entries: UnsafeRawBufferPointer(rebasing: bytes[offset..<entryEnd]),
                texts: Array(bytes[entryEnd..<entryEnd + textBytes])
            )
            offset = entryEnd + textBytes
        }
    }

    private mutating func takePage(entries bytes: UnsafeRawBufferPointer, texts: [UInt8]) throws {
        let count = bytes.count / IndexCheckpointFormat.entryBytes
        var textCount = 0
        let store = SearchTextStore(bytes: texts, count: 0)
        let position = users.position
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
        users.append(page: UserPage(entries: entries, texts: SearchTextStore(bytes: texts, count: textCount)))
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
