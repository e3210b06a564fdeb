package import LogStorage

/// Which changes to hand out of a log.
package struct EntryFilter: Sendable {
    package var userID: UserID?
    package var actor: String? {
        didSet { actorTag = actor.map { TextKeys.actorTag($0) } }
    }
    package var operation: Operation?
    /// Only changes at or after this instant.
    package var since: LogTimestamp?
    /// Only changes before this instant.
    package var until: LogTimestamp?
    private var actorTag: UInt32?

    package init() {}

    /// Whether the header alone does not rule the record out: actors share a tag now and then.
    package func admits(_ header: RecordHeader) -> Bool {
        if let actorTag, header.actorTag != actorTag { return false }
        if let userID, header.subject != userID.rawValue { return false }
        if let operation, header.kind != operation.rawValue { return false }
        if let since, header.time < since { return false }
        if let until, header.time >= until { return false }
        return true
    }

    /// Whether the change was made by the actor that is asked for.
    func admits(_ event: ProfileEvent) -> Bool {
        guard let actor else { return true }
        return ExactText.equal(event.context.actor, actor)
    }

    /// The records that can be meant, by their time; `nil` if none can.
    package func range(in log: any ReadableLog) throws(LogError) -> ClosedRange<LogSequenceNumber>? {
        var first = LogSequenceNumber.zero.next
        var last = log.last.lsn
        if let since { first = try log.lastLSN(atOrBefore: since.advanced(byMicroseconds: -1)).next }
        if let until { last = min(last, try log.lastLSN(atOrBefore: until.advanced(byMicroseconds: -1))) }
        return first <= last ? first...last : nil
    }
}
