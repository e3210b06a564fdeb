import TestSupport
import Testing

@testable import LogStorage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("Recovery")
struct RecoveryTests {
    private static let lsn = LogSequenceNumber.init(_:)

    /// A closed log of one segment, and the offsets at which its frames end.
    private static func closedLog(batches: [Int]) throws -> (
        disk: MemoryFileSystem, path: String, ends: [UInt64], sizes: [Int]
    ) {
        let fixture = LogFixture()
        let log = try fixture.open()
        var ends: [UInt64] = []
        for size in batches {
            try LogFixture.fill(log, batches: [size])
            ends.append(log.extent.bytes)
        }
        log.close()
        return (fixture.disk.copy(), fixture.segment(1), ends, batches)
    }

    /// A closed log whose last segment, which holds frames of some records, stands behind a sealed one.
    private static func closedLogOfTwoSegments() throws -> (
        disk: MemoryFileSystem, path: String, ends: [UInt64], sizes: [Int], before: Int
    ) {
        let fixture = LogFixture(segmentBytes: 1_024)
        let log = try fixture.open()
        var before = LogSequenceNumber.zero
        while log.extent.segments == 1 {
            before = log.last.lsn
            try LogFixture.fill(log, batches: [2])
        }
        let sealed = try #require(try fixture.archive().segments.first?.dataBytes)
        var ends = [log.extent.bytes - sealed]
        for size in [3, 1] {
            try LogFixture.fill(log, batches: [size])
            ends.append(log.extent.bytes - sealed)
        }
        #expect(log.extent.segments == 2)
        log.close()
        return (fixture.disk.copy(), fixture.segment(before.next.rawValue), ends, [2, 3, 1], Int(before.rawValue))
    }

    @Test(
        """
        Cut in its header, the last segment is damaged, and nothing changes; cut behind it, the log opens with all whole \
        frames, the rest is in quarantine, and it takes writes again
        """,
        arguments: [false, true]
    )
    func everyTruncation(behindSealed: Bool) throws {
        let (disk, path, ends, sizes, before) =
            try behindSealed
            ? Self.closedLogOfTwoSegments()
            : {
                let (disk, path, ends, sizes) = try Self.closedLog(batches: [1, 3, 2, 1])
                return (disk, path, ends, sizes, 0)
            }()
        let bytes = try #require(disk[path])
        for cut in 0..<SegmentHeader.byteCount {
            let damaged = disk.copy()
            damaged[path] = Array(bytes[..<cut])
            let error = #expect(throws: LogError.self, "cut at \(cut)") { try LogFixture(disk: damaged).open() }
            #expect(error?.code == .damaged && error?.file == path, "cut at \(cut)")
            #expect(error?.lsns?.lowerBound.rawValue == UInt64(before + 1), "cut at \(cut)")
            #expect(damaged[path] == Array(bytes[..<cut]))
            #expect(damaged.paths == disk.paths)
        }
        for cut in SegmentHeader.byteCount...Int(try #require(ends.last)) {
            let torn = disk.copy()
            torn[path] = Array(bytes[..<cut])
            let whole = ends.filter { $0 <= UInt64(cut) }.count
            let log = try LogFixture(disk: torn).open()
            let expected = before + sizes.prefix(whole).reduce(0, +)
            #expect(log.last.lsn.rawValue == UInt64(expected), "cut at \(cut)")
            #expect(try LogFixture.records(of: log).count == expected)
            let restStart = whole == 0 ? SegmentHeader.byteCount : Int(ends[whole - 1])
            let isTorn = cut > restStart
            let saved = torn.paths.filter { $0.hasSuffix(".torn") }
            #expect(saved.count == (isTorn ? 1 : 0), "cut at \(cut)")
            if let file = saved.first, let quarantined = torn[file] {
                let rest = Array(bytes[restStart..<cut])
                let lastUsed = rest.lastIndex { $0 != 0 } ?? 0
                #expect(quarantined == Array(rest[...lastUsed]))
            }
            try LogFixture.fill(log, batches: [2])
            #expect(log.last.lsn.rawValue == UInt64(expected + 2))
        }
    }

    @Test("A torn frame inside preallocated space is told from the zeros behind it")
    func everyTornFrameInPreallocatedSpace() throws {
        let (disk, path, ends, _) = try Self.closedLog(batches: [1, 2, 1])
        let bytes = try #require(disk[path])
        let start = Int(ends[1])
        let end = Int(ends[2])
        for cut in start..<end {
            var damaged = bytes
            for index in cut..<end { damaged[index] = 0 }
            let torn = disk.copy()
            torn[path] = damaged
            // Only a suffix of zeros can look like the whole frame.
            if damaged == bytes { continue }
            let log = try LogFixture(disk: torn).open()
            #expect(log.last.lsn == Self.lsn(3), "cut at \(cut)")
        }
    }

    @Test("A flipped bit in an acknowledged frame stops the start, wherever it is")
    func everyFlippedBit() throws {
        let (disk, path, ends, _) = try Self.closedLog(batches: [1, 2, 1])
        let bytes = try #require(disk[path])
        // The last frame is vouched for by nothing behind it, so it is left out here.
        for position in SegmentHeader.byteCount..<Int(ends[1]) {
            for bit in [0, 3, 7] {
                var damaged = bytes
                damaged[position] ^= 1 << bit
                let broken = disk.copy()
                broken[path] = damaged
                let frameStart = position < Int(ends[0]) ? UInt64(SegmentHeader.byteCount) : ends[0]
                #expect {
                    try LogFixture(disk: broken).open()
                } throws: { error in
                    guard let error = error as? LogError else { return false }
                    return error.code == .damaged && error.file == path && error.offset == frameStart
                        && error.lsns != nil
                }
                #expect(broken.paths.filter { $0.hasSuffix(".torn") }.isEmpty)
            }
        }
    }

    @Test("A flipped bit in the last frame looks torn, but a checkpoint that contains it makes it damage")
    func lastFrameUnderACheckpoint() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [2, 1])
        try log.writeCheckpoint(try log.checkpointPosition()) { try $0([1, 2, 3]) }
        let path = fixture.segment(1)
        let disk = fixture.disk.copy()
        disk[path]?[Int(log.extent.bytes) - 10] ^= 1
        let damaged = disk[path]
        #expect {
            try LogFixture(disk: disk).open()
        } throws: { ($0 as? LogError)?.code == .damaged && ($0 as? LogError)?.lsns == Self.lsn(3)...Self.lsn(3) }
        // Acknowledged bytes: nothing is cut off, nothing moved.
        #expect(disk[path] == damaged)
        #expect(!disk.paths.contains { $0.hasSuffix(".torn") })
    }

    @Test("A flipped bit anywhere in the header of a segment stops the start")
    func segmentHeader() throws {
        let (disk, path, _, _) = try Self.closedLog(batches: [1])
        for position in 0..<SegmentHeader.byteCount {
            let broken = disk.copy()
            broken[path]?[position] ^= 0x10
            #expect { try LogFixture(disk: broken).open() } throws: { ($0 as? LogError)?.code == .damaged }
        }
    }

    @Test("A missing segment, a stranger and a broken footer are named")
    func wrongDirectories() throws {
        let fixture = LogFixture(segmentBytes: 4_096)
        let log = try fixture.open()
        try LogFixture.fill(log, batches: Array(repeating: 8, count: 30))
        log.close()
        let segments = fixture.disk.paths.filter { $0.hasSuffix(".wal") }
        #expect(segments.count >= 4)
        for path in segments.dropLast() {
            let disk = fixture.disk.copy()
            disk[path] = nil
            #expect {
                try LogFixture(disk: disk).open()
            } throws: { ($0 as? LogError)?.code == .damaged && ($0 as? LogError)?.file == path }
            let footless = fixture.disk.copy()
            footless[path]?.removeLast(3)
            #expect {
                try LogFixture(disk: footless).open()
            } throws: { ($0 as? LogError)?.code == .damaged && ($0 as? LogError)?.file == path }
        }
        let disk = fixture.disk.copy()
        disk["/data/wal/notes.txt"] = [1]
        #expect { try LogFixture(disk: disk).open() } throws: { ($0 as? LogError)?.code == .invalidDirectory }
    }

    @Test("Every reader finds a flipped bit in a sealed segment")
    func sealedSegment() throws {
        let fixture = LogFixture(segmentBytes: 4_096)
        let log = try fixture.open()
        try LogFixture.fill(log, batches: Array(repeating: 8, count: 30))
        log.close()
        for path in fixture.disk.paths.filter({ $0.hasSuffix(".wal") }).dropLast() {
            let count = try #require(fixture.disk[path]).count
            for position in stride(from: SegmentHeader.byteCount, to: count, by: 97) {
                let disk = fixture.disk.copy()
                disk[path]?[position] ^= 4
                #expect {
                    let log = try LogFixture(disk: disk, segmentBytes: 4_096).open()
                    _ = try LogFixture.records(of: log)
                } throws: { ($0 as? LogError)?.code == .damaged && ($0 as? LogError)?.file == path }
            }
        }
    }

    @Test("Torn or damaged: what a later frame calls synced was acknowledged, everything else was not")
    func watermark() throws {
        let (disk, path, ends, _) = try Self.closedLog(batches: [1, 1, 1])
        let bytes = try #require(disk[path])
        // The second frame is lost, the third persisted: its synced offset covers the second, which is damage.
        var lost = bytes
        for index in Int(ends[0])..<Int(ends[1]) { lost[index] = 0 }
        let damaged = disk.copy()
        damaged[path] = lost
        #expect {
            try LogFixture(disk: damaged).open()
        } throws: { ($0 as? LogError)?.code == .damaged && ($0 as? LogError)?.offset == ends[0] }
        // The same, but the third frame says that nothing behind the first was synced: both were under way, torn.
        var header = try #require(
            lost.withUnsafeBytes { FrameHeader(decoding: UnsafeRawBufferPointer(rebasing: $0[Int(ends[1])...])) }
        )
        header.syncedOffset = ends[0]
        var encoded = ByteWriter()
        header.put(into: &encoded)
        lost.replaceSubrange(Int(ends[1])..<(Int(ends[1]) + FrameLayout.headerBytes), with: encoded.bytes)
        let torn = disk.copy()
        torn[path] = lost
        let log = try LogFixture(disk: torn).open()
        #expect(log.last.lsn == Self.lsn(1))
        #expect(torn.paths.contains { $0.hasSuffix(".torn") })
    }

    @Test("A format that is newer than the program is refused as such")
    func newerFormat() throws {
        let (disk, path, _, _) = try Self.closedLog(batches: [1])
        var header = try #require(disk[path]).prefix(SegmentHeader.byteCount)
        header[10] = 9
        let covered = Array(header.prefix(SegmentHeader.byteCount - 4))
        var checksum = ByteWriter()
        checksum.put(Checksum.of(covered))
        let newer = disk.copy()
        newer[path]?.replaceSubrange(0..<SegmentHeader.byteCount, with: covered + checksum.bytes)
        #expect { try LogFixture(disk: newer).open() } throws: { ($0 as? LogError)?.code == .unsupportedFormat }
    }

    @Test("A newer store.json is refused as such though its checksum covers more, and nothing says to move it away")
    func newerDescription() throws {
        let (disk, _, _, _) = try Self.closedLog(batches: [1])
        let path = "/data/store.json"
        let newer = #"{"checksum":"00000000","format":2,"minimum_reader":2,"store_id":7}"#
        disk[path] = Array(newer.utf8)
        let error = try #require(throws: LogError.self) { try LogFixture(disk: disk).open() }
        #expect(error.code == .unsupportedFormat)
        #expect(error.file == path)
        #expect(error.message == "the file needs a reader of format 2, this program reads up to 1")
        #expect(error.advice == "Use the newer version of the program that wrote it")
        #expect { try LogFixture(disk: disk).archive() } throws: { ($0 as? LogError)?.code == .unsupportedFormat }
        disk[path] = Array(newer.replacing(#""format":2"#, with: #""format":1"#).utf8)
        #expect { try LogFixture(disk: disk).open() } throws: { ($0 as? LogError)?.code == .damaged }
    }

    @Test("store.json can be made anew from the segments; a segment of another store is refused")
    func storeIdentity() throws {
        let (disk, path, _, _) = try Self.closedLog(batches: [2])
        let without = disk.copy()
        without["/data/store.json"] = nil
        let id = try LogFixture(disk: disk.copy()).open().storeID
        #expect(try LogFixture(disk: without).open().storeID == id)
        let (other, _, _, _) = try Self.closedLog(batches: [2])
        let mixed = disk.copy()
        mixed[path] = other[path]
        #expect { try LogFixture(disk: mixed).open() } throws: { ($0 as? LogError)?.code == .damaged }
    }

    @Test("A store.json whose values are not those that were written stops the start until it is moved away")
    func damagedDescription() throws {
        let (disk, _, _, _) = try Self.closedLog(batches: [2])
        let bytes = try #require(disk["/data/store.json"])
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("checksum"))
        disk["/data/store.json"] = Array(text.replacing(#""format" : 1"#, with: #""format" : 0"#).utf8)
        #expect {
            try LogFixture(disk: disk.copy()).open()
        } throws: { ($0 as? LogError)?.code == .damaged && ($0 as? LogError)?.file == "/data/store.json" }
        disk["/data/store.json"] = nil
        #expect(try LogFixture(disk: disk.copy()).open().last.lsn == Self.lsn(2))
    }

    @Test("A checkpoint that cannot be read is no reason to stop, whatever its name says")
    func unreadableCheckpoints() throws {
        let (disk, _, _, _) = try Self.closedLog(batches: [2])
        for contents in [[], [1, 2, 3], Array(repeating: 0, count: 5_000)] as [[UInt8]] {
            let copy = disk.copy()
            copy["/data/checkpoints/00000000000000000099.checkpoint"] = contents
            #expect(try LogFixture(disk: copy).open().last.lsn == Self.lsn(2))
        }
    }

    @Test("A store whose segments are gone is not begun anew")
    func goneSegments() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [2])
        try log.writeCheckpoint(try log.checkpointPosition()) { try $0([1]) }
        log.close()
        let withoutLog = fixture.disk.copy()
        for path in withoutLog.paths where path.contains("/wal/") { withoutLog[path] = nil }
        #expect { try LogFixture(disk: withoutLog).open() } throws: { ($0 as? LogError)?.code == .damaged }
        withoutLog["/data/store.json"] = nil
        #expect { try LogFixture(disk: withoutLog).open() } throws: { ($0 as? LogError)?.code == .damaged }
        #expect(!withoutLog.paths.contains { $0.hasSuffix(".wal") })
    }

    @Test(
        "Names that the process before left without a sync are durable before anything is acknowledged",
        arguments: ["/", "/data", "/data/wal"]
    )
    func namesOfAnEarlierProcess(directory: String) throws {
        let disk = MemoryFileSystem()
        disk.fail { call, path in call == .syncDirectory && path == directory ? EIO : nil }
        #expect(throws: LogError.self) { try LogFixture(disk: disk).open() }
        let restarted = LogFixture(disk: disk.copy())
        let log = try restarted.open()
        try LogFixture.fill(log, batches: [2])
        let found = try LogFixture(disk: restarted.disk.afterCrash(.lost)).open()
        #expect(try LogFixture.records(of: found).count == 2)
    }
}
