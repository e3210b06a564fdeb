import Logging
import TestSupport
import Testing

@testable import LogStorage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("Archive of a log")
struct LogArchiveTests {
    private static let lsn = LogSequenceNumber.init(_:)

    private static func subjects(
        _ archive: LogArchive,
        from first: UInt64 = 1,
        through last: UInt64 = .max,
        _ order: ScanOrder
    ) throws -> [UInt64] {
        var found: [UInt64] = []
        try archive.scan(from: lsn(first), through: lsn(last), order: order) { header, _ in
            found.append(header.lsn.rawValue)
            return .next
        }
        return found
    }

    @Test("It reads what the log holds, one by one, in both directions, and by time")
    func readBack() throws {
        let store = try ArchivedStore(batches: [1, 5, 2, 1, 1, 9, 3, 1, 1, 1, 4, 4, 2])
        let archive = try store.fixture.archive()
        #expect(archive.faults == [])
        #expect(archive.storeID == store.storeID)
        #expect(archive.createdAt == LogTimestamp(microseconds: 1_767_225_601_000_000))
        #expect(archive.last.lsn == Self.lsn(35))
        #expect(archive.last.time == store.records.last?.header.time)
        #expect(try LogFixture.records(of: archive).map(\.header) == store.records.map(\.header))
        #expect(try LogFixture.records(of: archive).map(\.payload) == store.records.map(\.payload))
        #expect(try Self.subjects(archive, .descending) == Array((1...35).reversed()))
        #expect(try Self.subjects(archive, from: 9, through: 22, .ascending) == Array(9...22))
        #expect(try Self.subjects(archive, from: 9, through: 22, .descending) == Array((9...22).reversed()))
        for record in store.records {
            #expect(try archive.header(record.header.lsn) == record.header)
            #expect(try archive.read(record.header.lsn).payload == record.payload)
            #expect(try archive.lastLSN(atOrBefore: record.header.time) == record.header.lsn)
            let before = LogTimestamp(microseconds: record.header.time.microseconds - 1)
            #expect(try archive.lastLSN(atOrBefore: before) == record.header.lsn.previous)
        }
        for number in [0, 36, .max] as [UInt64] {
            #expect { try archive.read(Self.lsn(number)) } throws: { ($0 as? LogError)?.code == .notFound }
        }
    }

    @Test("Its segments and checkpoints are told with their records, times, sizes and tree heads")
    func summaries() throws {
        let store = try ArchivedStore(batches: [3, 5, 5, 5, 5, 5, 5, 5, 5, 5])
        let archive = try store.fixture.archive()
        let segments = archive.segments
        #expect(segments.count >= 3)
        #expect(segments.map(\.file) == store.segments)
        #expect(segments.map(\.isSealed) == segments.dropLast().map { _ in true } + [false])
        for segment in segments {
            let records = store.records.filter { (segment.firstLSN...segment.lastLSN).contains($0.header.lsn) }
            #expect(segment.firstTime == records.first?.header.time)
            #expect(segment.lastTime == records.last?.header.time)
            #expect(segment.bytes == UInt64(try #require(store.disk[segment.file]).count))
            #expect(segment.dataBytes < segment.bytes)
            let head = MerkleReference.head(of: Array(store.records.prefix(Int(segment.lastLSN.rawValue))))
            #expect(segment.tree.map { $0.head.bytes == head } ?? !segment.isSealed)
        }
        let log = try store.copy().open()
        #expect(archive.extent.bytes == log.extent.bytes)
        #expect(archive.extent.segments == log.extent.segments)
        let checkpoint = try #require(archive.checkpoints.first)
        #expect(checkpoint.lsn == Self.lsn(48))
        #expect(checkpoint.time == store.records.last?.header.time)
        #expect(checkpoint.tree?.head.bytes == MerkleReference.head(of: store.records))
        #expect(checkpoint.problem == nil)
        var blocks: [[UInt8]] = []
        try archive.readCheckpoint(checkpoint.file) { blocks.append($0) }
        #expect(blocks == [[1, 2, 3]])
    }

    @Test("Nothing is opened for writing, locked, made, renamed or removed, even in a damaged store in use")
    func readOnly() throws {
        let fixture = LogFixture(segmentBytes: 1_024)
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [3, 3, 3, 3])
        fixture.disk["/data/store.json"]?[3] ^= 1
        fixture.disk[fixture.segment(1)]?[100] ^= 1
        let opened = fixture.disk.openedForWriting.filter { !$0.hasSuffix(SegmentName.prepared) }
        let calls: [MemoryFileSystem.Call] = [.write, .truncate, .makeDirectory, .rename, .remove]
        let before = calls.map { fixture.disk.count(of: $0) }
        let archive = try fixture.archive()
        #expect(archive.faults.map(\.kind).contains(.storeDescription))
        #expect(throws: LogError.self) { try LogFixture.records(of: archive) }
        #expect(try archive.refresh() == false)
        try archive.scanSkippingDamage(from: .zero, through: Self.lsn(.max), gap: { _ in }) { _, _ in .next }
        #expect(fixture.disk.openedForWriting.filter { !$0.hasSuffix(SegmentName.prepared) } == opened)
        #expect(calls.map { fixture.disk.count(of: $0) } == before)
        log.close()
    }

    @Test("Where there is no store, that is said; a newer format is refused as such")
    func nothingThere() throws {
        let disk = MemoryFileSystem()
        #expect { try LogArchive.open("/data", fileSystem: disk) } throws: { ($0 as? LogError)?.code == .notFound }
        try disk.makeDirectory("/data")
        try disk.makeDirectory("/data/wal")
        #expect { try LogArchive.open("/data", fileSystem: disk) } throws: { ($0 as? LogError)?.code == .notFound }
        #expect {
            try LogArchive.open("/no/such/directory")
        } throws: { ($0 as? LogError)?.code == .notFound }
        let store = try ArchivedStore(batches: [1])
        var header = try #require(store.disk[store.segments[0]]).prefix(SegmentHeader.byteCount - 4)
        header[10] = 9
        var checksum = ByteWriter()
        checksum.put(Checksum.of(Array(header)))
        store.disk[store.segments[0]]?.replaceSubrange(0..<SegmentHeader.byteCount, with: header + checksum.bytes)
        #expect { try store.fixture.archive() } throws: { ($0 as? LogError)?.code == .unsupportedFormat }
    }

    @Test("A store without its description, or with an older one that has no checksum, is read all the same")
    func descriptions() throws {
        let store = try ArchivedStore(batches: [2, 2])
        let path = "/data/store.json"
        store.disk[path] = nil
        let without = try store.fixture.archive()
        #expect(without.storeID == store.storeID)
        #expect(without.faults.map(\.kind) == [.storeDescription])
        var description = StoreDescription(storeID: store.storeID, createdAt: LogTimestamp(microseconds: 7))
        description.checksum = nil
        store.disk[path] = description.encoded()
        let older = try store.fixture.archive()
        #expect(older.faults == [])
        #expect(older.createdAt == LogTimestamp(microseconds: 7))
        #expect(try LogFixture.records(of: older).count == 4)
    }

    @Test("New records, rotated segments and all come with a refresh, in order and never half")
    func refresh() throws {
        let fixture = LogFixture(segmentBytes: 1_024)
        let log = try fixture.open()
        let archive = try fixture.archive()
        #expect(archive.last.lsn == .zero)
        #expect(try archive.refresh() == false)
        for round in 1...40 {
            try LogFixture.fill(log, batches: [1 + round % 4])
            if round % 3 == 0 { try LogFixture.fill(log, batches: [6, 2]) }
            let before = archive.last.lsn
            #expect(try archive.refresh())
            #expect(archive.last == log.last)
            #expect(try Self.subjects(archive, from: before.rawValue + 1, .ascending).count > 0)
            #expect(try archive.refresh() == false)
        }
        #expect(archive.faults == [])
        #expect(archive.segments.count == log.extent.segments)
        #expect(try LogFixture.records(of: archive).map(\.header) == LogFixture.records(of: log).map(\.header))
        log.close()
    }

    @Test("A frame that is only half there does not exist yet, at whatever byte it is cut")
    func halfFrame() throws {
        let store = try ArchivedStore(batches: [2, 1, 3], segmentBytes: 64 << 10, checkpoint: false)
        let whole = try #require(store.disk[store.segments[0]])
        let last = try #require(store.frames.last)
        let end = Int(last.offset) + last.header.frameBytes
        for cut in Int(last.offset)..<(end - 1) {
            let fixture = store.copy()
            fixture.disk[last.path] = whole[..<cut] + Array(repeating: 0, count: whole.count - cut)
            let archive = try fixture.archive()
            #expect(archive.last.lsn == Self.lsn(3), "cut at \(cut)")
            #expect(archive.faults == [], "cut at \(cut)")
            #expect(try archive.refresh() == false)
            fixture.disk[last.path] = whole
            #expect(try archive.refresh())
            #expect(try LogFixture.records(of: archive).count == 6)
        }
    }

    @Test("Beside an appender that rotates and keeps checkpoints, every look shows a whole prefix")
    func besideAnAppender() throws {
        let fixture = LogFixture(segmentBytes: 4_096)
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [1])
        let isDone = Monitor(false)
        let failures = Monitor<[String]>([])
        let follower = try WorkerThread(name: "follower") {
            do {
                let archive = try fixture.archive()
                while !isDone.withLock({ $0 }) {
                    let before = archive.last.lsn.rawValue
                    _ = try archive.refresh()
                    let found = try Self.subjects(archive, from: before + 1, .ascending)
                    let expected = Array((before + 1)..<(archive.last.lsn.rawValue + 1))
                    if found != expected { failures.withLock { $0.append("\(found)") } }
                    let fresh = try fixture.archive()
                    let reversed = try Self.subjects(fresh, .descending)
                    if reversed != Array((1..<(fresh.last.lsn.rawValue + 1)).reversed()) || !fresh.faults.isEmpty {
                        failures.withLock { $0.append("\(fresh.faults) \(reversed)") }
                    }
                }
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        for round in 0..<120 {
            try LogFixture.fill(log, batches: [1 + round % 9])
            if round % 40 == 39 { try log.writeCheckpoint(try log.checkpointPosition()) { try $0([1]) } }
        }
        isDone.withLock { $0 = true }
        follower.join()
        #expect(failures.withLock { $0 } == [])
        log.close()
    }

    @Test("Files of the operating system that are being written are read, verified and copied in the same way")
    func posix() throws {
        let directory = try TemporaryDirectory()
        let path = directory.appending("data")
        var configuration = LogConfiguration(directory: path)
        configuration.segmentBytes = 32 << 10
        let log = try WriteAheadLog.open(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try LogFixture.fill(log, batches: [1])
        let isDone = Monitor(false)
        let appender = try WorkerThread(name: "appender") {
            for round in 0..<20_000 where !isDone.withLock({ $0 }) {
                // Or the store would grow faster than it can be read.
                usleep(500)
                do {
                    try LogFixture.fill(log, batches: [1 + round % 40])
                    if round % 50 == 49 { try log.writeCheckpoint(try log.checkpointPosition()) { try $0([1]) } }
                } catch {
                    Issue.record(error)
                    return
                }
            }
        }
        let follower = try LogArchive.open(path)
        for number in 0..<8 {
            let before = follower.last.lsn.rawValue
            let acknowledged = log.last.lsn.rawValue
            while follower.last.lsn.rawValue < acknowledged { _ = try follower.refresh() }
            let expected = Array((before + 1)..<(follower.last.lsn.rawValue + 1))
            #expect(try Self.subjects(follower, from: before + 1, .ascending) == expected)
            let fresh = try LogArchive.open(path)
            #expect(fresh.faults == [])
            #expect(fresh.last.lsn.rawValue >= acknowledged)
            let recorder = VisitRecorder()
            _ = try ArchiveVerifier(fresh).verify(recorder)
            #expect(recorder.findings == [])
            guard number % 4 == 0 else { continue }
            let copy = directory.appending("copy\(number)")
            #expect(try StoreCopier(fresh).copy(to: copy).lastLSN.rawValue >= acknowledged)
            let copied = VisitRecorder()
            _ = try ArchiveVerifier(try LogArchive.open(copy)).verify(copied)
            #expect(copied.findings == [])
        }
        isDone.withLock { $0 = true }
        appender.join()
        log.close()
    }

    @Test("What was read before the server had synced it survives a crash of the machine once that was asked for")
    func durability() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try LogFixture.fill(log, batches: [3])
        let crashes = Monitor<[MemoryFileSystem]>([])
        let isAsking = Monitor(false)
        fixture.disk.observe { [disk = fixture.disk] call in
            guard call == .syncData, !isAsking.withLock({ $0 }) else { return }
            isAsking.withLock { $0 = true }
            crashes.withLock { $0.append(disk.afterCrash(.lost)) }
            guard let archive = try? fixture.archive(), archive.last.lsn == Self.lsn(5) else { return }
            guard (try? archive.makeDurable()) != nil else { return }
            crashes.withLock { $0.append(disk.afterCrash(.lost)) }
        }
        try LogFixture.fill(log, batches: [2])
        fixture.disk.observe(nil)
        let lasts = try crashes.withLock { $0 }.map { try LogFixture(disk: $0).open().last.lsn }
        #expect(lasts == [Self.lsn(3), Self.lsn(5)])
        // Files that the system keeps are asked for in the same way.
        let directory = try TemporaryDirectory()
        var configuration = LogConfiguration(directory: directory.appending("data"))
        configuration.segmentBytes = 32 << 10
        let real = try WriteAheadLog.open(
            configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try LogFixture.fill(real, batches: [1])
        try LogArchive.open(configuration.directory).makeDurable()
        real.close()
    }

    @Test("However many segments there are, few of them are open")
    func manySegments() throws {
        let store = try ArchivedStore(batches: Array(repeating: 3, count: 120), segmentBytes: 300)
        let archive = try store.fixture.archive()
        #expect(archive.segments.count > 100)
        #expect(try Self.subjects(archive, .ascending) == Array(1...360))
        for number in stride(from: 360, through: 1, by: -7) as StrideThrough<UInt64> {
            #expect(try archive.header(Self.lsn(number)).lsn == Self.lsn(number))
        }
        #expect(archive.shelf.openSegments <= 17)
    }
}
