import LogStorage
import Logging
import NIOCore
import NIOPosix

/// A backup as a tar archive that is made while it is sent: one piece in memory, however slow the client is.
///
/// The size is known beforehand, so that whoever gets less knows that it is not whole; and the blocks that end an archive
/// come only when all of it was good.
struct BackupStream: AnswerStream {
    let byteCount: Int

    /// What stands in the archive, in this order.
    private enum Part: Sendable {
        case header(TarHeader)
        case contents(BackupFile)
        case zeros(Int)

        var byteCount: Int {
            switch self {
            case .header: TarHeader.blockBytes
            case .contents(let file): Int(clamping: file.byteCount)
            case .zeros(let count): count
            }
        }
    }

    private let lease: BackupGate.Lease
    private let reading: NIOThreadPool
    private let logger: Logger
    private let lastLSN: LogSequenceNumber
    private let started = ContinuousClock.now
    private var parts: ArraySlice<Part>
    private var reader: BackupReader?

    init(_ backup: LogBackup, _ lease: BackupGate.Lease, reading: NIOThreadPool, logger: Logger) {
        self.lease = lease
        self.reading = reading
        self.logger = logger
        lastLSN = backup.lastLSN
        let seconds = UInt64(clamping: backup.lastTime.microseconds / 1_000_000)
        var parts: [Part] = ["checkpoints/", "wal/"].map {
            .header(TarHeader(name: $0, byteCount: 0, seconds: seconds, isDirectory: true))
        }
        for file in backup.files {
            parts.append(.header(TarHeader(name: file.name, byteCount: file.byteCount, seconds: seconds)))
            parts.append(.contents(file))
            parts.append(.zeros(TarHeader.padding(file.byteCount)))
        }
        parts.append(.zeros(TarHeader.endBytes))
        byteCount = parts.reduce(0) { $0 + $1.byteCount }
        self.parts = parts[...]
    }

    mutating func next() async throws -> ByteBuffer? {
        var piece = ByteBuffer()
        while piece.readableBytes == 0 {
            if let bytes = try await contents() {
                piece.writeBytes(bytes)
                continue
            }
            // Headers and zeros go together with each other.
            while reader == nil, let part = parts.popFirst() {
                switch part {
                case .header(let header): piece.writeBytes(header.encoded)
                case .zeros(let count): piece.writeRepeatingByte(0, count: count)
                case .contents(let file): reader = file.reader()
                }
            }
            if reader == nil, piece.readableBytes == 0 { return nil }
        }
        return piece
    }

    func whenRevoked(_ action: @escaping @Sendable () -> Void) { lease.whenRevoked(action) }

    func ended(_ error: (any Error)?) {
        var metadata: Logger.Metadata = [
            "bytes": .stringConvertible(byteCount), "last_lsn": .stringConvertible(lastLSN),
            "seconds": .stringConvertible(started.duration(to: .now) / .seconds(1)),
        ]
        switch error {
        case nil:
            lease.finish()
            logger.info("a backup was sent", metadata: metadata)
        case let error as LogError:
            lease.breakOff()
            metadata["cause"] = .string("\(error)")
            logger.error("a backup was broken off: the log cannot be read", metadata: metadata)
        case let error?:
            lease.breakOff()
            metadata["cause"] = .string("\(error)")
            logger.warning("a backup was broken off", metadata: metadata)
        }
    }

    /// The next bytes of the file that is being read; `nil` when there is none.
    private mutating func contents() async throws -> [UInt8]? {
        guard let reader else { return nil }
        let (advanced, bytes) = try await reading.runIfActive {
            var reader = reader
            let bytes = try reader.next()
            return (reader, bytes)
        }
        self.reader = bytes.isEmpty ? nil : advanced
        return bytes.isEmpty ? nil : bytes
    }
}
