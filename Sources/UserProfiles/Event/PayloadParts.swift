import LogStorage

/// The members of a payload, picked up one by one.
struct PayloadParts {
    /// Whether to read who and why, or to pass over them.
    let wantsContext: Bool
    private(set) var actor: String?
    private(set) var reason: String?
    private(set) var requestID: String?
    private(set) var sourceIP: String?
    private(set) var name: String?
    private(set) var email: String?
    private(set) var attributes: [UInt8]?
    private(set) var restoredFrom: ProfileVersion?

    init(wantsContext: Bool) {
        self.wantsContext = wantsContext
    }

    /// Picks up all members of `payload`.
    mutating func read(_ payload: [UInt8], of lsn: LogSequenceNumber) throws(LogError) {
        do {
            try payload.withUnsafeBufferPointer { (bytes) throws(JSONReader.Failure) in
                var reader = JSONReader(bytes)
                guard try reader.beginRawObject() else { return }
                repeat {
                    try readMember(&reader)
                } while try reader.continuesRawObject()
            }
        } catch {
            throw LogError(
                .damaged,
                "The payload of a record is not a profile's: \(error.message) at its byte \(error.offset)",
                lsns: lsn...lsn
            )
        }
    }

    /// The profile that the members make.
    func profile(_ lsn: LogSequenceNumber) throws(LogError) -> Profile {
        guard let name, let email else { throw incomplete(lsn) }
        let object = attributes.map { JSONObject(validatedText: $0) } ?? JSONObject()
        return Profile(validatedName: name, email: email, attributes: object)
    }

    func incomplete(_ lsn: LogSequenceNumber) -> LogError {
        LogError(.damaged, "The payload of a record lacks a member that every profile has", lsns: lsn...lsn)
    }

    private mutating func readMember(_ reader: inout JSONReader) throws(JSONReader.Failure) {
        switch try reader.rawKey() {
        case "name": name = try reader.string()
        case "email": email = try reader.string()
        case "attributes": attributes = Array(try reader.rawValue())
        case "actor" where wantsContext: actor = try reader.string()
        case "reason" where wantsContext: reason = try reader.string()
        case "request_id" where wantsContext: requestID = try reader.string()
        case "source_ip" where wantsContext: sourceIP = try reader.string()
        case "restored_from" where wantsContext:
            let text = String(decoding: try reader.rawValue(), as: UTF8.self)
            restoredFrom = ProfileVersion(text)
        default: _ = try reader.rawValue()
        }
    }
}
