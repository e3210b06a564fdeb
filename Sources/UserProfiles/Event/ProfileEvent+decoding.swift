import LogStorage

extension ProfileEvent {
    /// Reads a payload. Members that this version does not know are passed over.
    ///
    /// - Throws: ``LogError`` `.damaged` when the payload is not one of a profile.
    init(payload: [UInt8], of lsn: LogSequenceNumber) throws(LogError) {
        var parts = PayloadParts(wantsContext: true)
        try parts.read(payload, of: lsn)
        guard let actor = parts.actor, let requestID = parts.requestID else { throw parts.incomplete(lsn) }
        context = ChangeContext(
            actor: actor,
            reason: parts.reason,
            requestID: requestID,
            sourceIP: parts.sourceIP
        )
        profile = try parts.profile(lsn)
        restoredFrom = parts.restoredFrom
    }

    /// The profile alone: what a read of a user needs.
    ///
    /// - Throws: ``LogError`` `.damaged` when the payload is not one of a profile.
    static func profile(payload: [UInt8], of lsn: LogSequenceNumber) throws(LogError) -> Profile {
        var parts = PayloadParts(wantsContext: false)
        try parts.read(payload, of: lsn)
        return try parts.profile(lsn)
    }
}
