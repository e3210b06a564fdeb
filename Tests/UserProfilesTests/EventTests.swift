import LogStorage
import Testing

@testable import UserProfiles

@Suite struct EventTests {
    private func event(reason: String? = "weil", attributes: String = #"{"a":[1,{"b":"\u0000}]\""}]}"#) throws
        -> ProfileEvent
    {
        var context = ChangeContext.by("Ольга \"root\"", reason: reason)
        context.sourceIP = reason == nil ? nil : "::1"
        let profile = try ProfileDraft("李小龍", "li@example.com", attributes).profile
        return ProfileEvent(context: context, profile: profile, restoredFrom: reason.map { _ in ProfileVersion(7) })
    }

    @Test("A payload says all of an event, in the order that compresses best, and reads back the same")
    func roundTrips() throws {
        let event = try event()
        let text = String(decoding: event.encoded(), as: UTF8.self)
        #expect(
            text == #"{"actor":"Ольга \"root\"","reason":"weil","request_id":"req-1","source_ip":"::1","name":"李小龍","#
                + #""email":"li@example.com","attributes":{"a":[1,{"b":"\u0000}]\""}]},"restored_from":7}"#
        )
        #expect(try ProfileEvent(payload: event.encoded(), of: LogSequenceNumber(1)) == event)
        #expect(try ProfileEvent.profile(payload: event.encoded(), of: LogSequenceNumber(1)) == event.profile)
    }

    @Test("What is absent takes no bytes")
    func omitsAbsent() throws {
        let event = try event(reason: nil, attributes: "{}")
        let text = String(decoding: event.encoded(), as: UTF8.self)
        #expect(!text.contains("reason") && !text.contains("source_ip") && !text.contains("attributes"))
        #expect(try ProfileEvent(payload: event.encoded(), of: LogSequenceNumber(1)) == event)
    }

    @Test("Members of a later version are passed over")
    func skipsUnknown() throws {
        let payload =
            #"{"actor":"a","x":[{"y":"}"}],"request_id":"r","name":"n","z":-1.5,"email":"e@x.example","w":null}"#
        let event = try ProfileEvent(payload: Array(payload.utf8), of: LogSequenceNumber(1))
        #expect(event.profile.name == "n")
        #expect(event.context.actor == "a")
    }

    @Test("A payload that was cut or is none is damage with its LSN, never a crash")
    func refusesDamage() throws {
        let payload = try event().encoded()
        for length in 0..<payload.count {
            let error = #expect(throws: LogError.self) {
                try ProfileEvent(payload: Array(payload.prefix(length)), of: LogSequenceNumber(9))
            }
            #expect(error?.code == .damaged)
            #expect(error?.lsns?.lowerBound == LogSequenceNumber(9))
        }
        for place in payload.indices {
            for byte: UInt8 in [0, 0x22, 0x5C, 0x7B, 0x7D, 0x2C, 0xFF] {
                var changed = payload
                changed[place] = byte
                _ = try? ProfileEvent(payload: changed, of: LogSequenceNumber(9))
            }
        }
    }

    @Test("A diff names each field that differs, attributes by their members, and nothing for a mere reordering")
    func diffs() throws {
        let old = try ProfileDraft("n", "a@b.example", #"{"x":1,"y":{"a":1,"b":2},"z":0}"#).profile
        let new = try ProfileDraft("m", "a@b.example", #"{"w":[],"y":{"b":2,"a":1},"x":1.0}"#).profile
        let changes = ProfileDiff.changes(from: (old, false), to: (new, false))
        #expect(changes.map(\.field) == ["name", "attributes.z", "attributes.w", "attributes.x"])
        #expect(changes.map(\.previous) == [.string("n"), .number(JSONNumber(0)), nil, .number(JSONNumber(1))])
        #expect(changes[2].new == .array([]))
    }

    @Test("A stored null is told from an attribute that is not there, also when the change is read back")
    func marksAbsence() throws {
        let profiles = try ["{}", #"{"n":null}"#, #"{"n":1}"#].map { try ProfileDraft("n", "a@b.example", $0).profile }
        for (old, new, text) in [
            (0, 1, #"{"previous_value":null,"previous_absent":true,"new_value":null}"#),
            (1, 0, #"{"previous_value":null,"new_value":null,"new_absent":true}"#),
            (1, 2, #"{"previous_value":null,"new_value":1}"#), (2, 1, #"{"previous_value":1,"new_value":null}"#),
            (0, 2, #"{"previous_value":null,"previous_absent":true,"new_value":1}"#),
        ] {
            let changes = ProfileDiff.changes(from: (profiles[old], false), to: (profiles[new], false))
            var json = JSONWriter()
            FieldChange.write(changes, to: &json)
            #expect(String(decoding: json.bytes, as: UTF8.self) == #"{"attributes.n":\#(text)}"#)
            let entry = AuditEntry(
                lsn: LogSequenceNumber(2),
                userID: UserID(1),
                version: ProfileVersion(2),
                operation: .update,
                timestamp: LogTimestamp(microseconds: 1),
                actor: "a",
                reason: nil,
                requestID: "r",
                sourceIP: nil,
                profile: profiles[new],
                deleted: false,
                changes: changes,
                restoredFrom: nil
            )
            var line = JSONWriter()
            entry.write(to: &line)
            guard case .object(let object) = try JSONParser.parse(line.bytes) else {
                Issue.record("an entry is no object")
                return
            }
            #expect(AuditEntry(json: object) == entry)
        }
    }

    @Test("A creation differs from nothing, a deletion only in being one")
    func diffsEnds() throws {
        let profile = try ProfileDraft("n", "a@b.example", #"{"x":1}"#).profile
        let created = ProfileDiff.changes(from: nil, to: (profile, false))
        #expect(created.map(\.field) == ["name", "email", "attributes.x"])
        #expect(created.allSatisfy { $0.previous == nil })
        let deleted = ProfileDiff.changes(from: (profile, false), to: (profile, true))
        #expect(deleted == [FieldChange(field: "deleted", previous: .bool(false), new: .bool(true))])
    }

    @Test("A change from composed to decomposed letters is a change")
    func diffsComposition() throws {
        let old = try ProfileDraft("Zo\u{EB}", "a@b.example").profile
        let new = try ProfileDraft("Zoe\u{308}", "a@b.example").profile
        #expect(ProfileDiff.changes(from: (old, false), to: (new, false)).map(\.field) == ["name"])
        #expect(old != new)
    }
}
