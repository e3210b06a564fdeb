import LogStorage
import Testing
import ToolConsole

@testable import ProfileLog

@Suite("Parts of the tool")
struct PartTests {
    // MARK: Chunks

    @Test("Chunks cover a range once and in order", arguments: [1, 2, 511, 512, 513, 20_000, 100_000])
    func chunks(length: UInt64) {
        for order in [ScanOrder.ascending, .descending] {
            let chunks = RecordChunks(LogSequenceNumber(7)...LogSequenceNumber(6 + length), order: order)
            var parts = (0..<chunks.count).map { chunks[$0] }
            if order == .descending { parts.reverse() }
            #expect(parts.first?.lowerBound == LogSequenceNumber(7))
            #expect(parts.last?.upperBound == LogSequenceNumber(6 + length))
            for (part, next) in zip(parts, parts.dropFirst()) { #expect(next.lowerBound == part.upperBound.next) }
        }
    }

    @Test("The largest range that files can claim has chunks, too")
    func largestRange() {
        let chunks = RecordChunks(LogSequenceNumber(1)...LogSequenceNumber(.max), order: .ascending)
        #expect(chunks[0] == LogSequenceNumber(1)...LogSequenceNumber(512))
        #expect(chunks[chunks.count - 1].upperBound == LogSequenceNumber(.max))
    }

    // MARK: Pipeline

    struct Failure: Error {}

    @Test("What jobs make is handed over in the order of the jobs, and a failure after what came before it")
    func pipeline() throws {
        var numbers: [UInt8] = []
        let pipeline = OrderedPipeline(jobs: 200, threads: 4) { number, emit in
            for part in 0..<3 { _ = emit(RowPiece(bytes: [UInt8(number), UInt8(part)], ends: [2])) }
            if number == 150 { throw Failure() }
        }
        #expect(throws: Failure.self) {
            try pipeline.run { piece in
                numbers += piece.bytes
                return .next
            }
        }
        #expect(numbers == (0...150).flatMap { job in (0..<3).flatMap { [UInt8(job), UInt8($0)] } })
    }

    @Test("What is ready before its turn waits in bounded memory, and a stop frees whoever waits")
    func backpressure() throws {
        let made = Monitor(0)
        let big = [UInt8](repeating: 1, count: 1 << 20)
        let pipeline = OrderedPipeline(jobs: 8, threads: 4) { number, emit in
            for _ in 0..<100 {
                made.withLock { $0 += 1 }
                if !emit(RowPiece(bytes: big, ends: [big.count])) { return }
            }
        }
        var received = 0
        try pipeline.run { _ in
            received += 1
            let waiting = made.withLock { $0 } - received
            // 16 MiB wait, as many of the job whose turn it is, as many are being handed over, and each thread has one.
            #expect(waiting <= 3 * 17 + 4)
            return received < 300 ? .next : .stop
        }
        #expect(received == 300)
    }

    // MARK: Texts

    @Test(
        "What would control a terminal is made visible, other text stays as it is",
        arguments: [
            ("Zoë 山田 👩🏽‍🚀 محمد", "Zoë 山田 👩🏽‍🚀 محمد"), ("\u{1B}[31m", "<U+001B>[31m"),
            ("a\r\nb\tc", "a<U+000D><U+000A>b<U+0009>c"),
            ("\u{9B}2J", "<U+009B>2J"), ("\u{202E}fdp", "<U+202E>fdp"), ("\u{7F}", "<U+007F>"),
            ("\u{2066}x\u{2069}", "<U+2066>x<U+2069>"), ("\u{FEFF}", "<U+FEFF>"), ("\u{E0041}", "<U+E0041>"),
        ]
    )
    func visible(text: String, shown: String) {
        #expect(VisibleText.of(text).unicodeScalars.elementsEqual(shown.unicodeScalars))
    }

    @Test(
        "Columns are counted as terminals do",
        arguments: [
            ("abc", 3), ("é", 1), ("e\u{301}", 1), ("山田", 4), ("ｱ", 1), ("Ａ", 2), ("👩🏽‍🚀", 2), ("한글", 4), ("محمد", 4),
            ("", 0),
        ]
    )
    func width(text: String, columns: Int) {
        #expect(DisplayWidth.of(text) == columns)
        #expect(DisplayWidth.of(DisplayWidth.padded(text, to: 9)) == 9)
        #expect(DisplayWidth.of(DisplayWidth.rightAligned(text, to: 9)) == 9)
        #expect(DisplayWidth.of(DisplayWidth.shortened(text + text + text, to: 5)) <= 5)
    }

    @Test func amounts() {
        #expect(
            [0, 999, 1_000, 1_234_567, -1_234].map { Amount.text($0) } == ["0", "999", "1,000", "1,234,567", "-1,234"]
        )
        #expect(Amount.text(1.005, decimals: 1) == "1.0")
        #expect(Amount.text(1_234.567, decimals: 2) == "1,234.57")
        #expect(Amount.bytes(999) == "999 bytes")
        #expect(Amount.bytes(1_500) == "1.5 kB")
        #expect(Amount.bytes(95_100_000) == "95.1 MB")
        #expect([3, 125, 7_300].map { Amount.seconds($0) } == ["3 s", "2 min 5 s", "2 h 1 min"])
    }

    @Test func progress() {
        let text = ProgressLine.text("verify", 50_000_000, 100_000_000, 520_000, 2)
        #expect(text == "verify  50 % ████████████░░░░░░░░░░░░  25.0 MB/s, 260,000 records/s, 2 s left")
        #expect(ProgressLine.text("copy", 0, 0, 0, 0) == "copy 100 % ████████████████████████")
    }
}
