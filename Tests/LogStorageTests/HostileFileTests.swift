import TestSupport
import Testing

@testable import LogStorage

/// Files that somebody made to keep a reader busy.
@Suite("Files made to be slow to read")
struct HostileFileTests {
    private static let bodyBytes = 128 << 10

    /// A header with a valid checksum and a body that is not there, for the record `lsn`.
    private static func header(_ lsn: UInt64) -> [UInt8] {
        var writer = ByteWriter()
        FrameHeader(
            recordCount: 1,
            bodyBytes: bodyBytes,
            firstLSN: LogSequenceNumber(lsn),
            baseTime: LogTimestamp(microseconds: 1_800_000_000_000_000),
            syncedOffset: 0
        )
        .put(into: &writer)
        return writer.bytes
    }

    /// A store whose last segment has its frames, and between two of them, and behind the last, so many headers.
    private static func fixture(between: Int, behind: Int) throws -> (LogFixture, records: Int) {
        let store = try ArchivedStore(
            batches: Array(repeating: 1, count: 40),
            segmentBytes: 64 << 10,
            checkpoint: false
        )
        let path = try #require(store.segments.first)
        #expect(store.segments.count == 1)
        let bytes = try #require(store.disk[path])
        var hostile = Array(bytes.prefix(SegmentHeader.byteCount))
        for frame in store.frames {
            hostile += bytes[Int(frame.offset)...].prefix(frame.header.frameBytes)
            for _ in 0..<between { hostile += header(frame.header.lastLSN.next.rawValue) }
        }
        for _ in 0..<behind { hostile += header(41) }
        hostile += Array(repeating: 0, count: bodyBytes)
        store.disk[path] = hostile
        return (store.fixture, store.records.count)
    }

    @Test(
        "Thousands of headers that claim large bodies cost work in proportion to the file, and the verification finds every record",
        arguments: [(between: 0, behind: 8_000), (between: 100, behind: 0)]
    )
    func manyHeaders(between: Int, behind: Int) throws {
        let (fixture, records) = try Self.fixture(between: between, behind: behind)
        let size = fixture.disk[fixture.segment(1)]?.count ?? 0
        let before = fixture.disk.readBytes
        let recorder = VisitRecorder()
        let summary = try fixture.verify(recorder)
        #expect(recorder.records.count == records)
        #expect(summary.findings > 0)
        var salvaged = 0
        try fixture.archive().scanSkippingDamage(
            from: LogSequenceNumber(1),
            through: LogSequenceNumber(.max),
            gap: { _ in }
        ) { _, _ in
            salvaged += 1
            return .next
        }
        // Headers between the frames hide those behind them from a look at headers alone, but not from the verification.
        #expect(salvaged == (between == 0 ? records : 1))
        let read = fixture.disk.readBytes - before
        #expect(read < 200 * size, "\(read) bytes were read of a file of \(size)")
    }

    @Test("Gaps in the segment that may be growing cost one pause together, not one each")
    func onePause() throws {
        let (fixture, records) = try Self.fixture(between: 1, behind: 0)
        let recorder = VisitRecorder()
        let patience = TailPatience(looks: 2, pauseMicroseconds: 200_000)
        let time = try ContinuousClock().measure {
            _ = try ArchiveVerifier(try fixture.archive(), patience: patience).verify(recorder)
        }
        #expect(recorder.records.count == records && recorder.findings.count >= 39)
        #expect(time < .seconds(4))
    }

    @Test("A frame is whole exactly if its checksum says so, in any order of asking")
    func rangeChecksums() throws {
        let store = try ArchivedStore(batches: Array(repeating: 1, count: 40) + [300, 1, 1], segmentBytes: 64 << 10)
        let path = try #require(store.segments.first)
        let frames = store.frames.filter { $0.path == path }
        let file = try store.disk.open(path, .read)
        for order in [frames, frames.reversed()] {
            let checksums = RangeChecksums(file: file)
            for (_, header, offset) in order { #expect(try checksums.isWhole(header, at: offset)) }
            var other = frames[0].header
            other.bodyBytes += 1
            #expect(try !checksums.isWhole(other, at: frames[0].offset))
            other.bodyBytes = FrameLayout.maximumBodyBytes
            #expect(try !checksums.isWhole(other, at: frames[0].offset))
        }
        store.disk[path]?[Int(frames[5].offset) + FrameLayout.headerBytes] ^= 1
        let checksums = RangeChecksums(file: file)
        #expect(try frames.map { try checksums.isWhole($0.header, at: $0.offset) }.firstIndex(of: false) == 5)
    }
}
