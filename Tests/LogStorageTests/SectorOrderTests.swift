import TestSupport
import Testing

@testable import LogStorage

/// The decision between a torn tail and damage, with the sectors of the last write persisted in every order.
@Suite("Torn or damaged")
struct SectorOrderTests {
    private static let sector = 512

    /// A log whose frames have several sectors each: the bytes before and after its last append.
    private struct Sectors {
        let fixture: LogFixture
        let path: String
        let before: [UInt8]
        let after: [UInt8]
        let frames: [(header: FrameHeader, offset: UInt64)]

        /// The sectors that the last append changed.
        var changed: [Int] {
            stride(from: 0, to: after.count, by: SectorOrderTests.sector).filter { start in
                let range = start..<min(start + SectorOrderTests.sector, after.count)
                return before[range] != after[range]
            }
        }

        init(payloadBytes: [Int]) throws {
            let fixture = LogFixture(segmentBytes: 64 << 10)
            let log = try fixture.open()
            let path = fixture.segment(1)
            var images: [[UInt8]] = []
            for (index, count) in payloadBytes.enumerated() {
                var chance = SeededGenerator(seed: UInt64(index))
                let noise = (0..<count).map { _ in
                    Character(UnicodeScalar(UInt8.random(in: 0x23...0x5B, using: &chance)))
                }
                _ = try log.append([LogFixture.record(UInt64(index) + 1, text: String(noise))])
                images.append(fixture.disk[path] ?? [])
            }
            log.close()
            var frames: [(header: FrameHeader, offset: UInt64)] = []
            let file = try fixture.disk.open(path, .read)
            let end = try FrameScanner(file: file).scan(UInt64(SegmentHeader.byteCount)..<file.size()) { frame in
                frames.append((frame.header, frame.offset))
                return .next
            }
            guard case .fault = end, frames.count == payloadBytes.count else { throw WrongLog() }
            (self.fixture, self.path, self.frames) = (fixture, path, frames)
            (before, after) = (images[images.count - 2], images[images.count - 1])
        }

        struct WrongLog: Error {}

        /// The file when only these sectors of the last append came to the disk.
        func mixed(_ persisted: [Int]) -> [UInt8] {
            var bytes = before
            for start in persisted {
                let range = start..<min(start + SectorOrderTests.sector, after.count)
                bytes.replaceSubrange(range, with: after[range])
            }
            return bytes
        }

        /// A disk that holds `bytes`.
        func disk(_ bytes: [UInt8]) -> LogFixture {
            let copy = fixture.disk.copy()
            copy[path] = bytes
            return LogFixture(disk: copy)
        }
    }

    /// All choices among `items`.
    private static func subsets(_ items: [Int]) -> [[Int]] {
        items.reduce([[]]) { subsets, item in subsets + subsets.map { $0 + [item] } }
    }

    @Test("Whichever sectors of the last frame came to the disk, it is torn and goes, or whole and stays")
    func everyOrder() throws {
        let log = try Sectors(payloadBytes: [700, 900, 2_400])
        #expect(log.changed.count >= 4)
        let start = Int(log.frames[2].offset)
        for persisted in Self.subsets(log.changed) {
            let bytes = log.mixed(persisted)
            let fixture = log.disk(bytes)
            // What differs in zeros only is the same.
            let isWhole = bytes == log.after
            let isUntouched = bytes == log.before
            let findings = try fixture.findings()
            #expect(findings.map(\.kind) == (isWhole || isUntouched ? [] : [.tornTail]), "sectors \(persisted)")
            let opened = try fixture.open()
            defer { opened.close() }
            #expect(opened.last.lsn.rawValue == (isWhole ? 3 : 2), "sectors \(persisted)")
            let saved = fixture.disk.paths.filter { $0.hasSuffix(".torn") }
            #expect(saved.count == (isWhole || isUntouched ? 0 : 1), "sectors \(persisted)")
            if let file = saved.first {
                let end = (bytes.lastIndex { $0 != 0 } ?? 0) + 1
                #expect(fixture.disk[file] == Array(bytes[start..<end]), "sectors \(persisted)")
            }
            #expect(try LogFixture.records(of: opened).count == (isWhole ? 3 : 2), "sectors \(persisted)")
            // Nothing of it is left where later frames will stand.
            if !isWhole { #expect(fixture.disk[log.path]?[start...].allSatisfy { $0 == 0 } == true) }
            #expect(try fixture.findings() == [], "sectors \(persisted)")
        }
    }

    @Test("A sector that an acknowledged frame has lost is damage as soon as a header behind it is there to tell")
    func lostSectors() throws {
        let log = try Sectors(payloadBytes: [1_500, 1_500, 1_500])
        let last = log.frames[2]
        // The sectors in which the last frame's header stands: with them, and with any others, it is there.
        let headers = log.changed.filter { $0 < Int(last.offset) + FrameLayout.headerBytes }
        let others = log.changed.filter { !headers.contains($0) }
        for (index, frame) in log.frames.enumerated().dropLast() {
            let end = Int(frame.offset) + frame.header.frameBytes
            for lost in stride(from: Int(frame.offset), to: end, by: Self.sector) {
                for persisted in Self.subsets(others) {
                    var bytes = log.mixed(headers + persisted)
                    for place in lost..<min(lost + Self.sector, end) { bytes[place] = 0 }
                    let fixture = log.disk(bytes)
                    let comment: Comment = "frame \(index) has lost its bytes from \(lost), sectors \(persisted)"
                    #expect { try fixture.open() } throws: { error in
                        guard let error = error as? LogError else { return false }
                        return error.code == .damaged && error.file == log.path && error.offset == frame.offset
                            && error.lsns == frame.header.firstLSN...frame.header.firstLSN
                    }
                    #expect(fixture.disk[log.path] == bytes, comment)
                    #expect(!fixture.disk.paths.contains { $0.hasSuffix(".torn") }, comment)
                    #expect(try fixture.findings().contains { $0.kind == .frame && $0.offset == frame.offset }, comment)
                }
            }
        }
    }

    @Test("Without any header behind it nothing tells that the frame was acknowledged: it is kept in quarantine")
    func nothingTells() throws {
        let log = try Sectors(payloadBytes: [1_500, 1_500, 1_500])
        let frame = log.frames[1]
        let last = log.frames[2]
        let headers = log.changed.filter { $0 < Int(last.offset) + FrameLayout.headerBytes }
        var bytes = log.mixed(log.changed.filter { !headers.contains($0) })
        bytes[Int(frame.offset) + 700] ^= 1
        let fixture = log.disk(bytes)
        let opened = try fixture.open()
        defer { opened.close() }
        #expect(opened.last.lsn.rawValue == 1)
        let saved = try #require(fixture.disk.paths.first { $0.hasSuffix(".torn") })
        let end = (bytes.lastIndex { $0 != 0 } ?? 0) + 1
        #expect(fixture.disk[saved] == Array(bytes[Int(frame.offset)..<end]))
    }
}
