import LogStorage

@testable import UserProfiles

/// Gives arbitrary bytes to the decoder of a record's JSON.
enum EventCheck {
    static func run(_ input: [UInt8]) throws {
        let lsn = LogSequenceNumber(1)
        let alone = try? ProfileEvent.profile(payload: input, of: lsn)
        guard let event = try? ProfileEvent(payload: input, of: lsn) else { return }
        // The attributes are passed on as they stand; what is no object is left to the verification of contents.
        let isJSON = (try? JSONParser.parse(input)) != nil
        try FuzzFinding.require(!isJSON || alone == event.profile, "a profile depends on what is read beside it")
        let encoded = event.encoded()
        let again = try? ProfileEvent(payload: encoded, of: lsn)
        try FuzzFinding.require(again?.context == event.context, "a context is not what it was written from")
        try FuzzFinding.require(again?.restoredFrom == event.restoredFrom, "a version is not what it was written from")
        try FuzzFinding.require(again?.encoded() == encoded, "an event is not written as it was read")
        guard isJSON, case .object? = try? JSONParser.parse(encoded) else { return }
        try FuzzFinding.require(again == event, "an event is not what it was written from")
    }
}
