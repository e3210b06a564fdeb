/// What went wrong in the log, where, and what to do next.
public struct LogError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure that callers tell apart.
    public enum Code: String, Sendable, Hashable {
        /// A system call failed.
        case io
        /// No room (`ENOSPC`, `EDQUOT`, `EFBIG`); nothing of the attempt remains, so it may be tried again.
        case diskFull
        /// An earlier write or sync failed: nothing more is written until the process starts anew.
        case poisoned
        /// Bytes that were acknowledged are not what was written.
        case damaged
        /// Another process has the data directory open.
        case locked
        /// There is no such record, file or directory.
        case notFound
        /// The files are of a format that this version does not read.
        case unsupportedFormat
        /// The data directory cannot be used as one.
        case invalidDirectory
        /// More is waiting to be committed than the queue takes; try again later.
        case queueFull
        /// The log or the queue is closing.
        case stopped
        /// The bytes are not in memory, or are more than the reader may take without waiting (``ReadMode/cached(_:)``).
        case notCached
        /// The wall clock jumped by more than a day: nothing more is written until a start accepts it.
        case clockJumped
        /// A record or a batch is larger than a frame may be.
        case tooLarge
    }

    public var code: Code
    /// One sentence, without file, offset and advice.
    public var message: String
    /// The file, as a path below the data directory or as it was given.
    public var file: String?
    /// The position in ``file``, in bytes from its start.
    public var offset: UInt64?
    /// The records concerned.
    public var lsns: ClosedRange<LogSequenceNumber>?
    /// The system's error number (`errno`).
    public var errno: Int32?
    /// What the operator can do.
    public var advice: String?

    public init(
        _ code: Code,
        _ message: String,
        file: String? = nil,
        offset: UInt64? = nil,
        lsns: ClosedRange<LogSequenceNumber>? = nil,
        errno: Int32? = nil,
        advice: String? = nil
    ) {
        self.code = code
        self.message = message
        self.file = file
        self.offset = offset
        self.lsns = lsns
        self.errno = errno
        self.advice = advice
    }

    /// Everything in one line.
    public var description: String {
        var text = message
        if let file { text += "; file \(file)" }
        if let offset { text += ", offset \(offset)" }
        if let lsns {
            text +=
                lsns.lowerBound == lsns.upperBound
                ? ", LSN \(lsns.lowerBound)" : ", LSN \(lsns.lowerBound)–\(lsns.upperBound)"
        }
        if let errno { text += "; \(SystemErrorName.text(errno))" }
        if let advice { text += ". \(advice)" }
        return text
    }
}
