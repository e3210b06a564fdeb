import HTTPTransport
import Logging
import LogStorage
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
        lease.ended(isWhole: error == nil)
        guard let error else { return logger.info("a backup was sent", metadata: metadata) }
        metadata["cause"] = .string("\(error)")
        if error is LogError {
            logger.error("a backup was broken off: the log cannot be read", metadata: metadata)
        } else {
            logger.warning("a backup was broken off", metadata: metadata)
        }
    }
}

/// The 512 bytes before a file in an archive: POSIX ustar (IEEE Std 1003.1, "pax", "ustar Interchange Format").
struct TarHeader {
    /// The unit of an archive; contents are filled up to a multiple with zeros.
    static let blockBytes = 512
    /// Two blocks of zeros: without them an archive is not whole.
    static let endBytes = 2 * blockBytes

    let name: String
    let byteCount: UInt64
    /// Seconds since 1970.
    let seconds: UInt64
    var isDirectory = false

    /// The header's bytes. Names of more than 100 bytes are cut: the log has none.
    var encoded: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.blockBytes)
        func put(_ field: some Collection<UInt8>, at offset: Int, _ length: Int) {
            for (index, byte) in field.prefix(length).enumerated() { bytes[offset + index] = byte }
        }
        put(name.utf8, at: 0, 100)
        put(Self.octal(isDirectory ? 0o700 : 0o600, digits: 7), at: 100, 8)
        put(Self.octal(0, digits: 7), at: 108, 8)
        put(Self.octal(0, digits: 7), at: 116, 8)
        put(Self.size(byteCount), at: 124, 12)
        put(Self.octal(seconds, digits: 11), at: 136, 12)
        bytes[156] = UInt8(ascii: isDirectory ? "5" : "0")
        put("ustar\0".utf8, at: 257, 6)
        put("00".utf8, at: 263, 2)
        // The checksum is taken with blanks in its own place.
        put(repeatElement(UInt8(ascii: " "), count: 8), at: 148, 8)
        let sum = bytes.reduce(UInt64(0)) { $0 + UInt64($1) }
        put(Self.octal(sum, digits: 6) + [0, UInt8(ascii: " ")], at: 148, 8)
        return bytes
    }

    /// Zeros that fill up contents of so many bytes.
    static func padding(_ byteCount: UInt64) -> Int {
        (blockBytes - Int(byteCount % UInt64(blockBytes))) % blockBytes
    }

    /// Octal digits, or from 8 GiB on the number itself behind a set bit, as GNU tar and bsdtar write and read it.
    private static func size(_ value: UInt64) -> [UInt8] {
        guard value >= 1 << 33 else { return octal(value, digits: 11) }
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64(7 - $0))) }
        return [0x80, 0, 0, 0] + bytes
    }

    private static func octal(_ value: UInt64, digits: Int) -> [UInt8] {
        let text = String(value, radix: 8)
        return Array((String(repeating: "0", count: max(0, digits - text.utf8.count)) + text).utf8)
    }
}
