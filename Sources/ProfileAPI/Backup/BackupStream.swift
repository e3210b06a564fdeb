import HTTPTransport
import LogStorage
import Logging
import NIOCore
import UserProfiles

/// A backup as a tar archive that is made while it is sent: one piece in memory, however slow the client is.
///
/// The size is known beforehand, so that whoever gets less knows that it is not whole; and the blocks that end an archive
/// come only when all of it was good.
final class BackupStream: SizedStream {
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
    private let pool: BlockingPool
    private let logger: Logger
    private let lastLSN: LogSequenceNumber
    private let started = ContinuousClock.now
    private let rest: Monitor<Rest>

    /// What is still to be sent.
    private struct Rest: Sendable {
        var parts: ArraySlice<Part>
        var reader: BackupReader?
    }

    init(_ backup: LogBackup, _ lease: BackupGate.Lease, pool: BlockingPool, logger: Logger) {
        self.lease = lease
        self.pool = pool
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
        rest = Monitor(Rest(parts: parts[...]))
    }

    func next(_ completion: @escaping @Sendable (Result<ByteBuffer?, any Error>) -> Void) {
        do throws(LogError) {
            try pool.submit { [self] in completion(Result { try rest.withLock { try Self.piece(&$0) } }) }
        } catch {
            completion(.failure(error))
        }
    }

    /// The next bytes. Blocks.
    private static func piece(_ rest: inout Rest) throws -> ByteBuffer? {
        var piece = ByteBuffer()
        while piece.readableBytes == 0 {
            if let bytes = try rest.reader?.next() {
                piece.writeBytes(bytes)
                if bytes.isEmpty { rest.reader = nil }
                continue
            }
            // Headers and zeros go together with each other.
            while rest.reader == nil, let part = rest.parts.popFirst() {
                switch part {
                case .header(let header): piece.writeBytes(header.encoded)
                case .zeros(let count): piece.writeRepeatingByte(0, count: count)
                case .contents(let file): rest.reader = file.reader()
                }
            }
            if rest.reader == nil, piece.readableBytes == 0 { return nil }
        }
        return piece
    }

    func whenRevoked(_ action: @escaping @Sendable () -> Void) { lease.whenRevoked(action) }

    func ended(_ error: (any Error)?) {
        var metadata: Logger.Metadata = [
            "bytes": .stringConvertible(byteCount), "last_lsn": .stringConvertible(lastLSN),
            "seconds": .stringConvertible(started.duration(to: .now) / .seconds(1)),
        ]
        guard let error else {
            lease.finish()
            return logger.info("a backup was sent", metadata: metadata)
        }
        lease.breakOff()
        metadata["cause"] = .string("\(error)")
        if error is LogError {
            logger.error("a backup was broken off: the log cannot be read", metadata: metadata)
        } else {
            logger.warning("a backup was broken off", metadata: metadata)
        }
    }
}
