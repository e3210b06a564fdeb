/// Something in the files of a store that is not as it should be: what, where, what it means, what to do.
public struct DamageFinding: Sendable, Hashable, CustomStringConvertible {
    /// What sort of thing is wrong.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// `store.json` is missing, cannot be read or is not what was written.
        case storeDescription
        /// A segment's header is damaged, or contradicts the segment before it.
        case segmentHeader
        /// A segment's name is not what its contents say.
        case segmentName
        /// The records between two segments, or before the first, are nowhere.
        case segmentMissing
        /// Two segments hold the same records.
        case segmentDoubled
        /// A segment or checkpoint belongs to another store.
        case foreignFile
        /// A file stands where none is expected.
        case stranger
        /// No whole frame can be read where one is due.
        case frame
        /// A frame is whole, but it is not the one that is due.
        case lsnOrder
        /// A record is not later than the one before it.
        case timeOrder
        /// A record of a whole frame cannot be decoded.
        case record
        /// A record's payload does not inflate to what its header says.
        case payload
        /// A sealed segment's footer is damaged or contradicts the frames before it.
        case footer
        /// The Merkle tree head in a footer or checkpoint is not that of the records.
        case merkleRoot
        /// Bytes stand where there should be none, or zeros only.
        case trailingBytes
        /// Records that were acknowledged are missing at the end of the log: a checkpoint knows of them.
        case recordsMissing
        /// A checkpoint is damaged.
        case checkpoint
        /// The prepared next segment holds something.
        case preparedSegment
        /// The last segment ends in bytes that are no whole frame and that nothing proves to have been acknowledged.
        case tornTail
        /// A file could not be read at all: a system call failed.
        case unreadable
        /// The directory is a copy that was not finished.
        case unfinishedCopy
        /// Contents that the owner of the log found wrong; see its message.
        case contents
    }

    public var kind: Kind
    /// The path of the file.
    public var file: String
    /// The position in ``file``, in bytes from its start.
    public var offset: UInt64?
    /// The records concerned.
    public var lsns: ClosedRange<LogSequenceNumber>?
    /// What is wrong and what it means, in one sentence.
    public var message: String
    /// What the operator can do.
    public var advice: String

    public init(
        _ kind: Kind,
        _ message: String,
        file: String,
        offset: UInt64? = nil,
        lsns: ClosedRange<LogSequenceNumber>? = nil,
        advice: String
    ) {
        self.kind = kind
        self.file = file
        self.offset = offset
        self.lsns = lsns
        self.message = message
        self.advice = advice
    }

    /// Everything in one line.
    public var description: String {
        LogError(.damaged, message, file: file, offset: offset, lsns: lsns, advice: advice).description
    }
}

extension DamageFinding {
    /// What an error says about a file.
    init(_ kind: Kind, _ error: LogError, file: String) {
        self.init(
            error.code == .io || error.code == .notFound ? .unreadable : kind,
            error.errno.map { "\(error.message); \(SystemErrorName.text($0))" } ?? error.message,
            file: error.file ?? file,
            offset: error.offset,
            lsns: error.lsns,
            advice: error.advice ?? LogError.restoreAdvice
        )
    }

    /// The finding as an error to be thrown.
    package var error: LogError {
        LogError(.damaged, message, file: file, offset: offset, lsns: lsns, advice: advice)
    }
}
